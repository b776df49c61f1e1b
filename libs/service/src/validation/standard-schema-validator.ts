import { isObject, ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import { isPromise } from '../invocation/promises';
import type { ShapeValidator } from './shape-validator';
import type { CoercionIssue } from './member-coercion';
import { CoercionSearch } from './coercion-search';
import { coerceMembers, type CoercionTarget } from './coercion';
import { type StandardIssue, type StandardResult, type StandardSchema, toPath } from './standard-schema';
import { findThrowingMember } from './throwing-member';
import { type CallMode, isThrownByValue } from './thrown-by-value';

type Result = StandardResult<unknown>;
type Validate = (value: unknown) => Result | Promise<Result>;

/**
 * Creates a validator from a Standard Schema. A text is coerced if the schema rejects it as a text and accepts it as a number, a
 * boolean or a list of those.
 */
export function createSchemaValidator(schema: StandardSchema): ShapeValidator {
  const validate: Validate = (value) => validateSafely(schema, value);
  return (value, coercible) => {
    const result = validate(value);
    if (isPromise(result)) return result.then((settled) => settle(settled, value, coercible));
    return settle(result, value, coercible);
  };

  function settle(result: Result, value: unknown, coercible: readonly string[]): unknown {
    const { issues } = result;
    if (issues === undefined) return result.value;
    if (coercible.length === 0 || !isObject(value)) return throwIssues(issues);
    // Most schemas expect numbers and booleans: trying those first is faster than a search.
    const coerced = coerceMembers(value, coercible, new Map(issues.map((issue) => [toPath(issue)[0], SCALAR])));
    const startSearch = () => search(issues, new CoercionSearch(value, coercible));
    return coerced === value ? startSearch() : attempt(coerced, startSearch);
  }

  function search(issues: readonly StandardIssue[], candidates: CoercionSearch): unknown {
    const next = candidates.findNextCandidate(issues.map(toCoercionIssue));
    return next === undefined ? throwIssues(issues) : attempt(next, (others) => search(others, candidates));
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

/** Treats an error thrown by a refinement or transformation as a rejection of the value. */
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
    return keys.map((key) => violationAt([...path, String(key)], `${String(key)} is not a known member`, code));
  }
  return [violationAt(path, message, typeof code === 'string' ? code : 'schema')];
}
