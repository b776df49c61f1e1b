import type { Duration } from '@trunkline/time';
import type { InputOfTarget, OutputOfTarget, ServiceClass, ServiceName } from '../declaration/service-types';
import type { RejectedInputOptions } from '../invocation/invoke-options';

declare const VALUES: unique symbol;

/** Whether a composite succeeds without a branch. */
export type Need = 'required' | 'optional';

/** One call of a composite. Created by {@link required} and {@link optional}. */
export interface Branch<
  Value = unknown,
  N extends Need = Need,
  Fallback = unknown,
  MayBeStale extends boolean = boolean,
> {
  readonly [VALUES]?: { readonly value: Value; readonly fallback: Fallback; readonly mayBeStale: MayBeStale };
  readonly need: N;
  readonly target: string | ServiceClass;
  readonly input: unknown;
  readonly options: BranchOptions;
}

/** Options of every branch. */
interface BranchLimits extends RejectedInputOptions {
  /** Time limit of the branch. Default and maximum: 85 % of the remaining time, so that the composite can still respond. */
  readonly timeout?: Duration;
}

interface Staleness {
  /** When the branch fails, its last good value for the same input and caller is used, up to this age (RFC 5861 §4). */
  readonly staleIfError: Duration;
  /**
   * Requests with the same key share the last good value. Default: the caller, and the values of the headers that connections
   * forward. A key replaces both: `'all'` for a value that is the same for every caller.
   */
  readonly staleKey?: string;
}

interface Title {
  /** Title that the client reads when this branch makes the composite fail. Default: that of the failure. */
  readonly title?: string;
}

/** All options of a branch, as the composite reads them. */
export interface BranchOptions extends BranchLimits, Title, Partial<Staleness> {
  /** Used when the branch fails; any value, including `null` and `0`. */
  readonly fallback?: unknown;
}

/** Creates a branch that the composite requires: when it fails, the composite fails with its failure and aborts the other branches. */
export function required<T extends ServiceName | ServiceClass>(
  target: T,
  input: InputOfTarget<T>,
  options: BranchLimits & Title & Staleness,
): Branch<OutputOfTarget<T>, 'required', never, true>;
export function required<T extends ServiceName | ServiceClass>(
  target: T,
  input: InputOfTarget<T>,
  options?: BranchLimits & Title,
): Branch<OutputOfTarget<T>, 'required', never, false>;
export function required(
  target: string | ServiceClass,
  input: unknown,
  options: BranchOptions = {},
): Branch<never, 'required', never, never> {
  return { need: 'required', target, input, options };
}

/**
 * Creates a branch that the composite does not require. When it fails, the composite uses its last good value if `staleIfError`
 * allows, else its `fallback`, else omits its key.
 */
export function optional<T extends ServiceName | ServiceClass, const Fallback>(
  target: T,
  input: InputOfTarget<T>,
  options: BranchLimits & Partial<Staleness> & { readonly fallback: Fallback },
): Branch<OutputOfTarget<T>, 'optional', Fallback, true>;
export function optional<T extends ServiceName | ServiceClass>(
  target: T,
  input: InputOfTarget<T>,
  options?: BranchLimits & Partial<Staleness>,
): Branch<OutputOfTarget<T>, 'optional', never, true>;
export function optional(
  target: string | ServiceClass,
  input: unknown,
  options: BranchOptions = {},
): Branch<never, 'optional', never, never> {
  return { need: 'optional', target, input, options };
}
