import 'reflect-metadata';
import { ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import { getMetadataStorage, type ValidationError, Validator, type ValidatorOptions } from 'class-validator';
import { type Check, type TextTarget, textsAsAsked } from './check';
import { type CompiledCheck, compileClass } from './compiled/compile-class';
import type { Undeclared } from './compiled/compiled-class';
import { instanceOf } from './instance-of';
import { lostMembersOf } from './lost-members';

/** class-validator's own defaults let unknown members and undecorated classes through. */
const STRICT: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
};
/** Output is ours: what the declaration does not name is left out rather than refused. */
const PICKING: ValidatorOptions = { ...STRICT, forbidNonWhitelisted: false };

const validator = new Validator();

/** Checks input by a class with class-validator decorators; the service gets an instance of it. */
export function checkOfInputClass(declared: new () => object): Check {
  const targets = textTargetsOf(declared);
  const check = checkOfClass(declared, STRICT, 'refused');
  return (value, texts) => check(textsAsAsked(value, texts, (key) => targets.get(key)));
}

/** Checks output by a class with class-validator decorators; members that it does not declare are left out. */
export function checkOfOutputClass(declared: new () => object): Check {
  return checkOfClass(declared, PICKING, 'left out');
}

/** Compiled when the first value comes: only then are all the classes there that `@Type(() => …)` names. */
function checkOfClass(
  declared: new () => object,
  options: ValidatorOptions,
  undeclared: Undeclared,
): (value: unknown) => object {
  let compiled: { readonly check: CompiledCheck | undefined } | undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ValidationFailedError([violationAt([], 'an object is expected', 'isObject')]);
    }
    compiled ??= { check: compileClass(declared, undeclared) };
    return compiled.check?.(value) ?? validated(declared, value, options);
  };
}

/** class-validator's own way: for what the compiled check does not accept, and for the words of refusals. */
function validated(declared: new () => object, value: object, options: ValidatorOptions): object {
  const instance = instanceOf(declared, value);
  const errors = validator.validateSync(instance, options);
  const lost = options.forbidNonWhitelisted ? lostMembersOf(value, instance) : [];
  if (errors.length === 0 && lost.length === 0) return instance;
  throw new ValidationFailedError([...errors.flatMap((error) => violationsOf(error, [])), ...lost.map(unknownAt)]);
}

function unknownAt(path: readonly string[]): Violation {
  return violationAt(path, `${path.at(-1)} is not known here`, 'whitelistValidation');
}

function violationsOf(error: ValidationError, parents: readonly string[]): Violation[] {
  const path = [...parents, error.property];
  const below = (error.children ?? []).flatMap((child) => violationsOf(child, path));
  const [rule] = Object.keys(error.constraints ?? {});
  return rule === undefined ? below : [violationAt(path, detailOf(error), rule), ...below];
}

function detailOf({ property, constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return `${property} is not known here`;
  if ('isNotEmpty' in constraints || 'isDefined' in constraints) return `${property} is required`;
  return Object.values(constraints).join('; ');
}

const TARGETS: Readonly<Record<string, TextTarget>> = {
  isInt: 'number',
  isNumber: 'number',
  min: 'number',
  max: 'number',
  isPositive: 'number',
  isNegative: 'number',
  isDivisibleBy: 'number',
  isBoolean: 'boolean',
  isArray: 'list',
};

/**
 * Which members ask for something other than text: by their declared type, or by their decorators, since plain JavaScript has
 * no declared types.
 */
function textTargetsOf(declared: new () => object): ReadonlyMap<string, TextTarget> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(declared, '', false, false);
  return new Map(
    rules.flatMap(({ propertyName, name, each }): [string, TextTarget][] => {
      const byRule = each ? 'list' : TARGETS[name ?? ''];
      const target = targetOfType(declared, propertyName) ?? byRule;
      return target === undefined ? [] : [[propertyName, target]];
    }),
  );
}

function targetOfType(declared: new () => object, property: string): TextTarget | undefined {
  const type: unknown = Reflect.getMetadata('design:type', declared.prototype, property);
  if (type === Number) return 'number';
  if (type === Boolean) return 'boolean';
  return type === Array ? 'list' : undefined;
}
