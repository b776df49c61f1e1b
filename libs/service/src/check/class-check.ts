import 'reflect-metadata';
import { ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import type { Check } from './check';
import { makeInstance, type MadeInstance } from './class-instance';
import { type ClassFindings, validateInstance } from './class-validation';
import { type CompiledCheck, compileClass } from './compiled/compile-class';
import type { Undeclared } from './compiled/compiled-class';
import { findSentName } from './compiled/type-of-member';
import { lostMembersOf } from './lost-members';
import { findTextTargets, findUnconverted, type TextTargets } from './text-targets';
import { convertTexts } from './texts';
import { joinThrown } from './thrown-by-value';

/** class-validator's own defaults let unknown members and undecorated classes through. */
const STRICT: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { value: false },
};
/** Output is ours: what the declaration does not name is left out rather than refused. */
const PICKING: ValidatorOptions = { ...STRICT, forbidNonWhitelisted: false };

const NONE: readonly Violation[] = [];

/** Checks input by a class with class-validator decorators; the service gets an instance of it. */
export function checkOfInputClass(declared: new () => object): Check {
  // Read when the first text comes: only then are all the classes there that `@Type(() => …)` names.
  let targets: TextTargets | undefined;
  const check = checkOfClass(declared, STRICT, 'refused');
  return (value, texts) => {
    if (texts.length === 0) return check(value, NONE);
    const { byName, forced } = (targets ??= findTextTargets(declared));
    const converted = convertTexts(value, texts, byName);
    return check(converted, findUnconverted(converted, texts, { byName, forced }));
  };
}

/** Checks output by a class with class-validator decorators; members that it does not declare are left out. */
export function checkOfOutputClass(declared: new () => object): Check {
  const check = checkOfClass(declared, PICKING, 'left out');
  return (value) => check(value, NONE);
}

/** @param refused - of the value's texts, whatever class-validator says of them */
type ClassCheck = (value: unknown, refused: readonly Violation[]) => object | Promise<object>;

/** Compiled when the first value comes: only then are all the classes there that `@Type(() => …)` names. */
function checkOfClass(declared: new () => object, options: ValidatorOptions, undeclared: Undeclared): ClassCheck {
  let compiled: { readonly check: CompiledCheck | undefined } | undefined;
  return (value, refused) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ValidationFailedError([violationAt([], 'an object is expected', 'isObject')]);
    }
    compiled ??= { check: compileClass(declared, undeclared) };
    const instance = compiled.check && refused.length === 0 ? accept(compiled.check, value) : undefined;
    return instance ?? validated(value, makeInstance(declared, value), { options, refused });
  };
}

function accept(check: CompiledCheck, value: object): object | undefined {
  try {
    return check(value);
  } catch {
    // A validator or a constructor has thrown. It throws again where it is known at which member.
    return undefined;
  }
}

interface Terms {
  readonly options: ValidatorOptions;
  readonly refused: readonly Violation[];
}

/** class-validator's own way: for what the compiled check does not accept, and for the words of refusals. */
function validated(value: object, made: MadeInstance, terms: Terms): object | Promise<object> {
  const findings = validateInstance(made.instance, terms.options);
  if (findings instanceof Promise) return findings.then((settled) => conclude(value, made, { ...terms, ...settled }));
  return conclude(value, made, { ...terms, ...findings });
}

function conclude(value: object, made: MadeInstance, { options, refused, ...findings }: Terms & ClassFindings): object {
  const found = findings.errors.flatMap((error) => violationsOf(error, []));
  const lost = options.forbidNonWhitelisted ? lostMembersOf(value, made.instance).map(unknownAt) : NONE;
  const thrown = [...made.thrown, ...findings.thrown];
  if (found.length + lost.length + thrown.length + refused.length + made.violations.length === 0) return made.instance;
  // What class-validator says of a member is more to the point than that it could not be transformed.
  const violations = [refused, found, lost, made.violations].reduce(mergeViolations);
  const cause = joinThrown(thrown);
  throw new ValidationFailedError(violations, cause === undefined ? {} : { cause });
}

/** The first, and those of the second that are about other members. */
function mergeViolations(first: readonly Violation[], second: readonly Violation[]): readonly Violation[] {
  const told = new Set(first.map(({ pointer }) => pointer));
  return [...first, ...second.filter(({ pointer }) => !told.has(pointer))];
}

function unknownAt(path: readonly string[]): Violation {
  return violationAt(path, `${path.at(-1)} is not known here`, 'whitelistValidation');
}

function violationsOf(error: ValidationError, parents: readonly string[]): Violation[] {
  const path = [...parents, readSentName(error)];
  const below = (error.children ?? []).flatMap((child) => violationsOf(child, path));
  const [rule] = Object.keys(error.constraints ?? {});
  return rule === undefined ? below : [violationAt(path, detailOf(error), rule), ...below];
}

/** Items of lists have a list for their target. */
function readSentName({ target, property }: ValidationError): string {
  const declared: unknown = target?.constructor;
  return typeof declared === 'function' ? findSentName(declared, property) : property;
}

function detailOf({ property, constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return `${property} is not known here`;
  if ('isNotEmpty' in constraints || 'isDefined' in constraints) return `${property} is required`;
  return Object.values(constraints).join('; ');
}
