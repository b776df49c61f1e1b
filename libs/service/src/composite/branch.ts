import type { Duration } from '@trunkline/time';
import type { RefusalOptions } from '../invocation/invoke-options';
import type { InputOfTarget, OutputOfTarget, ServiceClass, ServiceName } from '../declaration/service-types';

declare const VALUES: unique symbol;

/** May the composite do without it? */
export type Need = 'required' | 'optional';

/** One call of a composite. Made by {@link required} and {@link optional}. */
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

/** What every branch may be told. */
interface BranchLimits extends RefusalOptions {
  /** The longest it may take. Default, and at most: 85 % of what is left, so that the composite can still answer. */
  readonly timeout?: Duration;
}

interface Staleness {
  /** When it fails, its last good value for the same input and caller is taken, if it is no older than this (RFC 5861 §4). */
  readonly staleIfError: Duration;
  /**
   * Who shares the last good value. Default: nobody but the same caller with the same values of the headers that connections
   * forward. A key of one's own takes the place of both: `'all'` for what is the same for everybody.
   */
  readonly staleKey?: string;
}

interface Title {
  /** What the client reads as the title when this branch makes the composite fail. Default: that of the failure. */
  readonly title?: string;
}

/** Everything a branch may be told, as the composite reads it. */
export interface BranchOptions extends BranchLimits, Title, Partial<Staleness> {
  /** Taken when the branch fails; any value, `null` and `0` included. */
  readonly fallback?: unknown;
}

/**
 * A branch that the composite cannot do without: when it fails, so does the composite, with its failure, and the other branches
 * are aborted.
 */
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
 * A branch that the composite can do without: when it fails, its last good value is taken if `staleIfError` allows, else `fallback`
 * if there is one, else its key is absent.
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
