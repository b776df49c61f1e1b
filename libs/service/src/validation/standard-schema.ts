import { isObject, ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import { isPromise } from '../invocation/promises';
import type { ShapeValidator } from './shape-validator';
import type { CoercionIssue } from './member-coercion';
import { CoercionSearch } from './coercion-search';
import { coerceMembers, type CoercionTarget } from './coercion';
import { findThrowingMember } from './throwing-member';
import { type CallMode, isThrownByValue } from './thrown-by-value';

/** What zod, valibot, arktype and others have in common (standardschema.dev, version 1). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: unknown;
  /** Of valibot: `schema` where the type is another one, `validation` where the value is. */
  readonly kind?: unknown;
  /** Of zod's `unrecognized_keys`, which stands at the object that has them. */
  readonly keys?: unknown;
}

type Result = StandardResult<unknown>;
type Validate = (value: unknown) => Result | Promise<Result>;

/**
 * Checks by a Standard Schema. A text is converted where the schema refuses it as a text and takes it as a number, a boolean or a
 * list of those.
 */
export function createSchemaValidator(schema: StandardSchema): ShapeValidator {
  const validate: Validate = (value) => validateSafely(schema, value);
  return (value, texts) => {
    const result = validate(value);
    if (isPromise(result)) return result.then((settled) => settle(settled, value, texts));
    return settle(result, value, texts);
  };

  function settle(result: Result, value: unknown, texts: readonly string[]): unknown {
    const { issues } = result;
    if (issues === undefined) return result.value;
    if (texts.length === 0 || !isObject(value)) return throwIssues(issues);
    // Most often numbers and booleans are asked for, which takes a third of the time that looking for the right forms takes.
    const converted = coerceMembers(value, texts, new Map(issues.map((issue) => [toKey(issue.path?.[0]), SCALAR])));
    const searchOn = () => search(issues, new CoercionSearch(value, texts));
    return converted === value ? searchOn() : attempt(converted, searchOn);
  }

  function search(issues: readonly StandardIssue[], forms: CoercionSearch): unknown {
    const next = forms.findNextCandidate(issues.map(toCoercionIssue));
    return next === undefined ? throwIssues(issues) : attempt(next, (others) => search(others, forms));
  }

  function attempt(value: unknown, onIssues: (issues: readonly StandardIssue[]) => unknown): unknown {
    const result = validate(value);
    const conclude = (settled: Result) => (settled.issues === undefined ? settled.value : onIssues(settled.issues));
    return isPromise(result) ? result.then(conclude) : conclude(result);
  }
}

const SCALAR: CoercionTarget = { itemType: 'scalar', isList: false };

function throwIssues(issues: readonly StandardIssue[]): never {
  throw new ValidationFailedError(issues.flatMap(toViolations));
}

/** A schema whose refinement or transformation throws refuses the value. */
function validateSafely(schema: StandardSchema, value: unknown): Result | Promise<Result> {
  const { validate } = schema['~standard'];
  const blame = (thrown: unknown, calling: CallMode): never => {
    if (!isThrownByValue(thrown, calling)) throw thrown;
    const path = findThrowingMember(validate, value);
    const violation = violationAt(path, `${path.at(-1) ?? 'the value'} cannot be validated`, 'schema');
    throw new ValidationFailedError([violation], { cause: thrown });
  };
  try {
    const result = validate(value);
    return isPromise(result) ? result.then(undefined, (thrown: unknown) => blame(thrown, 'asynchronous')) : result;
  } catch (thrown) {
    return blame(thrown, 'synchronous');
  }
}

const TYPE_ISSUE_CODES: ReadonlySet<unknown> = new Set(['invalid_type', 'invalid_union', 'domain', 'proto']);

function toCoercionIssue(issue: StandardIssue): CoercionIssue {
  const { message } = issue;
  return { path: toPath(issue), message, isTypeIssue: TYPE_ISSUE_CODES.has(issue.code) || issue.kind === 'schema' };
}

function toViolations(issue: StandardIssue): Violation[] {
  const path = toPath(issue);
  const { code, keys, message } = issue;
  if (code === 'unrecognized_keys' && Array.isArray(keys)) {
    return keys.map((key) => violationAt([...path, String(key)], `${String(key)} is not known here`, code));
  }
  return [violationAt(path, message, typeof code === 'string' ? code : 'schema')];
}

/** Not `path.map`: the paths of arktype are of a class of their own, whose `map` makes `[0]` of an empty path. */
function toPath({ path = [] }: StandardIssue): PropertyKey[] {
  return Array.from(path, (step) => (typeof step === 'object' ? step.key : step));
}

function toKey(step: PropertyKey | { readonly key: PropertyKey } | undefined): PropertyKey | undefined {
  return typeof step === 'object' ? step.key : step;
}
