import type { Branch } from './branch';
import type { Each } from './each';

/** What a composite calls, by the names that its parts have in the answer. */
export type Plan = Readonly<Record<string, Branch | Each>>;

/** How a branch without a live value ended, in an answer that could be given all the same. */
export type DegradedOutcome = 'stale' | 'fallback' | 'missing';

/** What is said of a degraded branch: nothing of the upstream. */
export interface BranchProblem {
  readonly code: string;
  readonly title: string;
  /** The status that the failure would have had. */
  readonly status: number;
  readonly outcome: DegradedOutcome;
}

/**
 * What a composite got, as a service may declare it that takes one for its input: `Service<Composed<{ profile: Profile }>>`. A branch
 * that may be missing is an optional member of the data.
 */
export interface Composed<Data = Readonly<Record<string, unknown>>> {
  /** Is every branch live? */
  readonly complete: boolean;
  readonly data: Data;
  /** What is not as it should be, by the path of the branch. */
  readonly problems: Readonly<Record<string, BranchProblem>>;
}

type ValueOf<B> =
  B extends Each<infer Value>
    ? readonly VoidToNull<Value>[]
    : B extends Branch<infer Value>
      ? VoidToNull<Value>
      : never;

/** A service that gives nothing, as an adapter does for a 204, is `null` in a composite. */
type VoidToNull<Value> = undefined extends Value ? Exclude<Value, undefined | void> | null : Value;

/** Is there always a value, though perhaps the fallback? */
type HasValue<B> = B extends Branch<unknown, 'required'> ? true : [FallbackOf<B>] extends [never] ? false : true;

type FallbackOf<B> = B extends Branch<unknown, infer _N, infer Fallback> ? Fallback : never;

type PartialValueOf<B> =
  B extends Each<infer Value, infer N, infer Fallback>
    ? readonly (N extends 'required' ? VoidToNull<Value> | undefined : VoidToNull<Value> | Fallback | undefined)[]
    : ValueOf<B> | FallbackOf<B>;

type CompleteData<P> = { readonly [K in keyof P]: ValueOf<P[K]> };

type GuaranteedKeys<P> = { [K in keyof P]: P[K] extends Each ? K : HasValue<P[K]> extends true ? K : never }[keyof P];

/** What is there whether all branches are live or not. */
export type PartialData<P> = { readonly [K in GuaranteedKeys<P>]: PartialValueOf<P[K]> } & {
  readonly [K in Exclude<keyof P, GuaranteedKeys<P>>]?: ValueOf<P[K]>;
};

/** Keys that may carry a problem although the composite succeeded. */
type DegradableKeys<P> = {
  [K in keyof P]: P[K] extends Branch<unknown, 'required', never, false> ? never : K;
}[keyof P];

/** Problems by branch; those of lists and nested composites by `outer.inner`. */
type Problems<P> = { readonly [K in DegradableKeys<P>]?: BranchProblem } & Readonly<
  Partial<Record<`${string}.${string}`, BranchProblem>>
>;

/**
 * What a composite got. `complete`: every branch is live. Otherwise a required key still has a value, an optional one has its
 * fallback or may be absent, and `problems` says what is not as it should be.
 */
export type Composite<P> =
  | { readonly complete: true; readonly data: CompleteData<P>; readonly problems: { readonly [K in keyof P]?: never } }
  | { readonly complete: false; readonly data: PartialData<P>; readonly problems: Problems<P> };
