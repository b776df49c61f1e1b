import 'reflect-metadata';
import { ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import { NO_VIOLATIONS, type ShapeValidator } from './shape-validator';
import { createInstance, type CreatedInstance } from './create-instance';
import { type InstanceFindings, validateInstance } from './validate-instance';
import { type CompiledValidator, compileClass } from './compiled/compile-class';
import type { UndeclaredPolicy } from './compiled/compiled-class';
import { findExposedName } from './compiled/member-type';
import { findIgnoredMembers } from './ignored-members';
import { findCoercionTargets, findUncoerced, type CoercionTargets } from './coercion-targets';
import { coerceMembers } from './coercion';
import { joinThrown } from './thrown-by-value';

/** The defaults of class-validator accept undeclared members and undecorated classes. */
const REJECT_UNDECLARED: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { value: false },
};
/** Output omits undeclared members instead of rejecting them, because the service created it. */
const STRIP_UNDECLARED: ValidatorOptions = { ...REJECT_UNDECLARED, forbidNonWhitelisted: false };

/** Creates a validator for input declared by a class with class-validator decorators; the service gets an instance of the class. */
export function createClassInputValidator(declared: new () => object): ShapeValidator {
  // Found on the first input with texts: only then are all classes defined that `@Type(() => …)` refers to.
  let targets: CoercionTargets | undefined;
  const validate = createClassValidator(declared, REJECT_UNDECLARED, 'reject');
  return (value, coercible) => {
    if (coercible.length === 0) return validate(value, NO_VIOLATIONS);
    const { byName, forced } = (targets ??= findCoercionTargets(declared));
    const coerced = coerceMembers(value, coercible, byName);
    return validate(coerced, findUncoerced(coerced, coercible, { byName, forced }));
  };
}

/** Creates a validator for output declared by a class with class-validator decorators; undeclared members are omitted. */
export function createClassOutputValidator(declared: new () => object): ShapeValidator {
  const validate = createClassValidator(declared, STRIP_UNDECLARED, 'strip');
  return (value) => validate(value, NO_VIOLATIONS);
}

/** @param coercionViolations - texts that are rejected in any case */
type ClassValidator = (value: unknown, coercionViolations: readonly Violation[]) => object | Promise<object>;

/** Compiles the class for the first value: only then are all classes defined that `@Type(() => …)` refers to. */
function createClassValidator(
  declared: new () => object,
  options: ValidatorOptions,
  undeclared: UndeclaredPolicy,
): ClassValidator {
  let compiled: { readonly validate: CompiledValidator | undefined } | undefined;
  return (value, coercionViolations) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ValidationFailedError([violationAt([], 'an object is expected', 'isObject')]);
    }
    compiled ??= { validate: compileClass(declared, undeclared) };
    const instance =
      compiled.validate && coercionViolations.length === 0 ? tryCompiled(compiled.validate, value) : undefined;
    return instance ?? validateUncompiled(value, createInstance(declared, value), { options, coercionViolations });
  };
}

function tryCompiled(validate: CompiledValidator, value: object): object | undefined {
  try {
    return validate(value);
  } catch {
    // A validator or a constructor has thrown. The uncompiled validation throws again and finds the member.
    return undefined;
  }
}

interface ValidationContext {
  readonly options: ValidatorOptions;
  readonly coercionViolations: readonly Violation[];
}

/** Validates with class-validator itself: for values that the compiled validator does not accept, and for the messages. */
function validateUncompiled(
  value: object,
  created: CreatedInstance,
  context: ValidationContext,
): object | Promise<object> {
  const findings = validateInstance(created.instance, context.options);
  if (findings instanceof Promise)
    return findings.then((settled) => conclude(value, created, { ...context, ...settled }));
  return conclude(value, created, { ...context, ...findings });
}

function conclude(
  value: object,
  created: CreatedInstance,
  { options, coercionViolations, ...findings }: ValidationContext & InstanceFindings,
): object {
  const found = findings.errors.flatMap((error) => toViolations(error, []));
  const ignored = options.forbidNonWhitelisted
    ? findIgnoredMembers(value, created.instance).map(createUnknownMemberViolation)
    : NO_VIOLATIONS;
  const thrown = [...created.thrown, ...findings.thrown];
  if (found.length + ignored.length + thrown.length + coercionViolations.length + created.violations.length === 0)
    return created.instance;
  // A violation by class-validator is more precise than that the member could not be transformed.
  const violations = [coercionViolations, found, ignored, created.violations].reduce(mergeViolations);
  const cause = joinThrown(thrown);
  throw new ValidationFailedError(violations, cause === undefined ? {} : { cause });
}

/** Appends the second violations that concern other members than the first. */
function mergeViolations(first: readonly Violation[], second: readonly Violation[]): readonly Violation[] {
  const reported = new Set(first.map(({ pointer }) => pointer));
  return [...first, ...second.filter(({ pointer }) => !reported.has(pointer))];
}

function createUnknownMemberViolation(path: readonly string[]): Violation {
  return violationAt(path, `${path.at(-1)} is not a known member`, 'whitelistValidation');
}

function toViolations(error: ValidationError, parents: readonly string[]): Violation[] {
  const path = [...parents, readExposedName(error)];
  const nested = (error.children ?? []).flatMap((child) => toViolations(child, path));
  const [rule] = Object.keys(error.constraints ?? {});
  return rule === undefined ? nested : [violationAt(path, describeError(error), rule), ...nested];
}

/** The target of a list item is the list, which has no exposed names. */
function readExposedName({ target, property }: ValidationError): string {
  const declared: unknown = target?.constructor;
  return typeof declared === 'function' ? findExposedName(declared, property) : property;
}

function describeError({ property, constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return `${property} is not a known member`;
  if ('isNotEmpty' in constraints || 'isDefined' in constraints) return `${property} is required`;
  return Object.values(constraints).join('; ');
}
