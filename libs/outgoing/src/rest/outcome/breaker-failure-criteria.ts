import { BusError, type FailureKind, UpstreamError } from '@trunkline/failures';

/** What the circuit breaker of a connection may take for a failure, besides single statuses. */
export const BREAKER_FAILURE_NAMES = ['5xx', 'unreachable', 'protocol', 'timeout', 'invalid'] as const;

/** A name of {@link BREAKER_FAILURE_NAMES}, or a status from 400 to 599. */
export type BreakerFailureCriterion = (typeof BREAKER_FAILURE_NAMES)[number] | number;

/** Of a timeout it does not matter who has set the limit. */
const KIND_CRITERIA: readonly (readonly [kind: FailureKind, name: BreakerFailureCriterion])[] = [
  ['upstream.unreachable', 'unreachable'],
  ['upstream.protocol', 'protocol'],
  ['upstream.timeout', 'timeout'],
  ['deadline', 'timeout'],
];

/**
 * What counts as a failure of an upstream. A 429 never does: that is what holds are for. Nor does a redirect, or more than is taken:
 * both come of what was asked.
 */
export class BreakerFailureCriteria {
  readonly #statuses: ReadonlySet<number>;
  readonly #kinds: ReadonlySet<FailureKind>;
  readonly #includesServerErrors: boolean;
  readonly #includesUnreadable: boolean;

  constructor(names: readonly BreakerFailureCriterion[]) {
    const named = new Set(names);
    this.#statuses = new Set(names.filter((name) => typeof name === 'number'));
    this.#kinds = new Set(KIND_CRITERIA.filter(([, name]) => named.has(name)).map(([kind]) => kind));
    this.#includesServerErrors = named.has('5xx');
    this.#includesUnreadable = named.has('invalid');
  }

  /** Is a response with this status one? */
  matchesStatus(status: number): boolean {
    return (status >= 500 && this.#includesServerErrors) || this.#statuses.has(status);
  }

  /** Is it one, where there is no response? Unreadable is the page of a proxy in place of an answer. */
  matchesError(error: unknown): boolean {
    if (!(error instanceof BusError)) return false;
    if (error instanceof UpstreamError && error.code === 'UPSTREAM_INVALID_RESPONSE') return this.#includesUnreadable;
    return this.#kinds.has(error.kind);
  }
}
