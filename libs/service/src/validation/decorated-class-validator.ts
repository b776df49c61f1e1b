import 'reflect-metadata';
import { ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import type { ShapeValidator } from './shape-validator';
import { createInstance, type CreatedInstance } from './create-instance';
import { type InstanceFindings, validateInstance } from './validate-instance';
import { type CompiledValidator, compileClass } from './compiled/compile-class';
import type { UndeclaredPolicy } from './compiled/compiled-class';
import { findExposedName } from './compiled/member-type';
import { findIgnoredMembers } from './ignored-members';
import { findCoercionTargets, findUncoerced, type CoercionTargets } from './coercion-targets';
import { coerceMembers } from './coercion';
import { joinThrown } from './thrown-by-value';

/** class-validator's own defaults let unknown members and undecorated classes through. */
const REJECT_UNDECLARED: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { value: false },
};
/** Output is ours: what the declaration does not name is left out rather than refused. */
const STRIP_UNDECLARED: ValidatorOptions = { ...REJECT_UNDECLARED, forbidNonWhitelisted: false };

const NO_VIOLATIONS: readonly Violation[] = [];

/** Checks input by a class with class-validator decorators; the service gets an instance of it. */
export function createClassInputValidator(declared: new () => object): ShapeValidator {
  // Read when the first text comes: only then are all the classes there that `@Type(() => …)` names.
  let targets: CoercionTargets | undefined;
  const check = createClassValidator(declared, REJECT_UNDECLARED, 'refused');
  return (value, texts) => {
    if (texts.length === 0) return check(value, NO_VIOLATIONS);
    const { byName, forced } = (targets ??= findCoercionTargets(declared));
    const converted = coerceMembers(value, texts, byName);
    return check(converted, findUncoerced(converted, texts, { byName, forced }));
  };
}

/** Checks output by a class with class-validator decorators; members that it does not declare are left out. */
export function createClassOutputValidator(declared: new () => object): ShapeValidator {
  const check = createClassValidator(declared, STRIP_UNDECLARED, 'left out');
  return (value) => check(value, NO_VIOLATIONS);
}

/** @param refused - of the value's texts, whatever class-validator says of them */
type ClassValidator = (value: unknown, refused: readonly Violation[]) => object | Promise<object>;

/** Compiled when the first value comes: only then are all the classes there that `@Type(() => …)` names. */
function createClassValidator(
  declared: new () => object,
  options: ValidatorOptions,
  undeclared: UndeclaredPolicy,
): ClassValidator {
  let compiled: { readonly check: CompiledValidator | undefined } | undefined;
  return (value, coercionViolations) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ValidationFailedError([violationAt([], 'an object is expected', 'isObject')]);
    }
    compiled ??= { check: compileClass(declared, undeclared) };
    const instance = compiled.check && coercionViolations.length === 0 ? tryCompiled(compiled.check, value) : undefined;
    return instance ?? validateUncompiled(value, createInstance(declared, value), { options, coercionViolations });
  };
}

function tryCompiled(check: CompiledValidator, value: object): object | undefined {
  try {
    return check(value);
  } catch {
    // A validator or a constructor has thrown. It throws again where it is known at which member.
    return undefined;
  }
}

interface ValidationContext {
  readonly options: ValidatorOptions;
  readonly coercionViolations: readonly Violation[];
}

/** class-validator's own way: for what the compiled check does not accept, and for the words of refusals. */
function validateUncompiled(value: object, made: CreatedInstance, terms: ValidationContext): object | Promise<object> {
  const findings = validateInstance(made.instance, terms.options);
  if (findings instanceof Promise) return findings.then((settled) => conclude(value, made, { ...terms, ...settled }));
  return conclude(value, made, { ...terms, ...findings });
}

function conclude(
  value: object,
  made: CreatedInstance,
  { options, coercionViolations, ...findings }: ValidationContext & InstanceFindings,
): object {
  const found = findings.errors.flatMap((error) => toViolations(error, []));
  const lost = options.forbidNonWhitelisted
    ? findIgnoredMembers(value, made.instance).map(createUnknownMemberViolation)
    : NO_VIOLATIONS;
  const thrown = [...made.thrown, ...findings.thrown];
  if (found.length + lost.length + thrown.length + coercionViolations.length + made.violations.length === 0)
    return made.instance;
  // What class-validator says of a member is more to the point than that it could not be transformed.
  const violations = [coercionViolations, found, lost, made.violations].reduce(mergeViolations);
  const cause = joinThrown(thrown);
  throw new ValidationFailedError(violations, cause === undefined ? {} : { cause });
}

/** The first, and those of the second that are about other members. */
function mergeViolations(first: readonly Violation[], second: readonly Violation[]): readonly Violation[] {
  const told = new Set(first.map(({ pointer }) => pointer));
  return [...first, ...second.filter(({ pointer }) => !told.has(pointer))];
}

function createUnknownMemberViolation(path: readonly string[]): Violation {
  return violationAt(path, `${path.at(-1)} is not known here`, 'whitelistValidation');
}

function toViolations(error: ValidationError, parents: readonly string[]): Violation[] {
  const path = [...parents, readExposedName(error)];
  const below = (error.children ?? []).flatMap((child) => toViolations(child, path));
  const [rule] = Object.keys(error.constraints ?? {});
  return rule === undefined ? below : [violationAt(path, describeError(error), rule), ...below];
}

/** Items of lists have a list for their target. */
function readExposedName({ target, property }: ValidationError): string {
  const declared: unknown = target?.constructor;
  return typeof declared === 'function' ? findExposedName(declared, property) : property;
}

function describeError({ property, constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return `${property} is not known here`;
  if ('isNotEmpty' in constraints || 'isDefined' in constraints) return `${property} is required`;
  return Object.values(constraints).join('; ');
}
