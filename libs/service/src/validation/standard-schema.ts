/** The common interface of zod, valibot, arktype and others (standardschema.dev, version 1). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a validation. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

/** One error of a validation. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly PathStep[] | undefined;
  readonly code?: unknown;
  /** Set by valibot: `schema` for a wrong type, `validation` for a wrong value. */
  readonly kind?: unknown;
  /** Set by zod for `unrecognized_keys`, whose path is that of their object. */
  readonly keys?: unknown;
}

/** A step of the path of an issue. */
type PathStep = PropertyKey | { readonly key: PropertyKey };

/** Whether a declaration is a Standard Schema of any library. */
export function isStandardSchema(declared: unknown): declared is StandardSchema {
  const isObject = (typeof declared === 'object' && declared !== null) || typeof declared === 'function';
  return isObject && '~standard' in declared;
}

/** Converts the path of an issue to keys. Not by `path.map`: arktype's paths have a class whose `map` returns `[0]` for an empty path. */
export function toPath({ path = [] }: StandardIssue): PropertyKey[] {
  return Array.from(path, toKey);
}

function toKey(step: PathStep): PropertyKey {
  return typeof step === 'object' ? step.key : step;
}
