import { BusError, type FailureKind, UpstreamError } from '@trunkline/failures';

/** What the circuit breaker of a connection may take for a failure, besides single statuses. */
export const FAILURE_NAMES = ['5xx', 'unreachable', 'protocol', 'timeout', 'invalid'] as const;

/** A name of {@link FAILURE_NAMES}, or a status from 400 to 599. */
export type BreakerFailure = (typeof FAILURE_NAMES)[number] | number;

/** Of a timeout it does not matter who has set the limit. */
const KINDS: readonly (readonly [kind: FailureKind, name: BreakerFailure])[] = [
  ['upstream.unreachable', 'unreachable'],
  ['upstream.protocol', 'protocol'],
  ['upstream.timeout', 'timeout'],
  ['deadline', 'timeout'],
];

/**
 * What counts as a failure of an upstream. A 429 never does: that is what holds are for. Nor does a redirect, or more than is taken:
 * both come of what was asked.
 */
export class BreakerFailures {
  readonly #statuses: ReadonlySet<number>;
  readonly #kinds: ReadonlySet<FailureKind>;
  readonly #hasServerErrors: boolean;
  readonly #hasUnreadable: boolean;

  constructor(names: readonly BreakerFailure[]) {
    const named = new Set(names);
    this.#statuses = new Set(names.filter((name) => typeof name === 'number'));
    this.#kinds = new Set(KINDS.filter(([, name]) => named.has(name)).map(([kind]) => kind));
    this.#hasServerErrors = named.has('5xx');
    this.#hasUnreadable = named.has('invalid');
  }

  /** Is a response with this status one? */
  hasStatus(status: number): boolean {
    return (status >= 500 && this.#hasServerErrors) || this.#statuses.has(status);
  }

  /** Is it one, where there is no response? Unreadable is the page of a proxy in place of an answer. */
  hasError(error: unknown): boolean {
    if (!(error instanceof BusError)) return false;
    if (error instanceof UpstreamError && error.code === 'UPSTREAM_INVALID_RESPONSE') return this.#hasUnreadable;
    return this.#kinds.has(error.kind);
  }
}
