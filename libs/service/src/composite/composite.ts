import type { Branch } from './branch';
import type { Each } from './each';

/** The calls of a composite, by the keys of their values in its result. */
export type Plan = Readonly<Record<string, Branch | Each>>;

/** The outcome of a branch without a live value in a composite that succeeded. */
export type DegradedOutcome = 'stale' | 'fallback' | 'missing';

/** The problem of a degraded branch, without details of the upstream. */
export interface BranchProblem {
  readonly code: string;
  readonly title: string;
  /** Status of the failure. */
  readonly status: number;
  readonly outcome: DegradedOutcome;
}

/**
 * The result of a composite, as the input type of a service that receives one: `Service<Composed<{ profile: Profile }>>`. A branch
 * that may be missing is an optional member of the data.
 */
export interface Composed<Data = Readonly<Record<string, unknown>>> {
  /** Whether every branch is live. */
  readonly complete: boolean;
  readonly data: Data;
  /** The problems of degraded branches, by path. */
  readonly problems: Readonly<Record<string, BranchProblem>>;
}

type ValueOf<B> =
  B extends Each<infer Value>
    ? readonly VoidToNull<Value>[]
    : B extends Branch<infer Value>
      ? VoidToNull<Value>
      : never;

/** A service without output, such as an adapter that receives a 204, is `null` in a composite. */
type VoidToNull<Value> = undefined extends Value ? Exclude<Value, undefined | void> | null : Value;

/** Whether a branch always has a value, live or fallback. */
type HasValue<B> = B extends Branch<unknown, 'required'> ? true : [FallbackOf<B>] extends [never] ? false : true;

type FallbackOf<B> = B extends Branch<unknown, infer _N, infer Fallback> ? Fallback : never;

type PartialValueOf<B> =
  B extends Each<infer Value, infer N, infer Fallback>
    ? readonly (N extends 'required' ? VoidToNull<Value> | undefined : VoidToNull<Value> | Fallback | undefined)[]
    : ValueOf<B> | FallbackOf<B>;

type CompleteData<P> = { readonly [K in keyof P]: ValueOf<P[K]> };

type GuaranteedKeys<P> = { [K in keyof P]: P[K] extends Each ? K : HasValue<P[K]> extends true ? K : never }[keyof P];

/** The data of a composite with degraded branches. */
export type PartialData<P> = { readonly [K in GuaranteedKeys<P>]: PartialValueOf<P[K]> } & {
  readonly [K in Exclude<keyof P, GuaranteedKeys<P>>]?: ValueOf<P[K]>;
};

/** Keys that may have a problem although the composite succeeded. */
type DegradableKeys<P> = {
  [K in keyof P]: P[K] extends Branch<unknown, 'required', never, false> ? never : K;
}[keyof P];

/** Problems by branch; those of lists and nested composites by `outer.inner`. */
type Problems<P> = { readonly [K in DegradableKeys<P>]?: BranchProblem } & Readonly<
  Partial<Record<`${string}.${string}`, BranchProblem>>
>;

/**
 * The result of a composite. With `complete: true` every branch is live. Otherwise a required key still has a value, an optional key
 * has its fallback or may be absent, and `problems` names each degraded branch.
 */
export type Composite<P> =
  | { readonly complete: true; readonly data: CompleteData<P>; readonly problems: { readonly [K in keyof P]?: never } }
  | { readonly complete: false; readonly data: PartialData<P>; readonly problems: Problems<P> };
