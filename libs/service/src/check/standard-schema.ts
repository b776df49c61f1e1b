import { ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import { type Check, textsAsAsked } from './check';

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
  /** Of zod's `unrecognized_keys`, which stands at the object that has them. */
  readonly keys?: unknown;
}

/** Checks by a Standard Schema. A text is converted where the schema refuses it as a text and takes it as a number or a boolean. */
export function checkOfSchema(schema: StandardSchema): Check {
  const { validate } = schema['~standard'];
  return (value, texts) => {
    const result = validate(value);
    return result instanceof Promise
      ? result.then((settled) => settle(settled, value, texts))
      : settle(result, value, texts);
  };

  function settle(result: StandardResult<unknown>, value: unknown, texts: readonly string[]): unknown {
    if (result.issues === undefined) return result.value;
    const refused = new Set(result.issues.map((issue) => pathOf(issue)[0]));
    const converted = textsAsAsked(value, texts, (key) => (refused.has(key) ? 'scalar' : undefined));
    if (converted === value) throw new ValidationFailedError(result.issues.flatMap(violationsOf));
    const again = validate(converted);
    return again instanceof Promise ? again.then(valueOf) : valueOf(again);
  }
}

function valueOf(result: StandardResult<unknown>): unknown {
  if (result.issues === undefined) return result.value;
  throw new ValidationFailedError(result.issues.flatMap(violationsOf));
}

function violationsOf(issue: StandardIssue): Violation[] {
  const path = pathOf(issue);
  const { code, keys, message } = issue;
  if (code === 'unrecognized_keys' && Array.isArray(keys)) {
    return keys.map((key) => violationAt([...path, String(key)], `${String(key)} is not known here`, code));
  }
  return [violationAt(path, message, typeof code === 'string' ? code : 'schema')];
}

function pathOf({ path = [] }: StandardIssue): PropertyKey[] {
  return path.map((step) => (typeof step === 'object' ? step.key : step));
}
