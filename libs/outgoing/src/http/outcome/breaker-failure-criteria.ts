import { BusError, type FailureKind, UpstreamError } from '@trunkline/failures';

/** Names of what the circuit breaker of a connection may count as a failure, besides single statuses. */
export const BREAKER_FAILURE_NAMES = ['5xx', 'unreachable', 'protocol', 'timeout', 'invalid'] as const;

/** A name of {@link BREAKER_FAILURE_NAMES}, or a status from 400 to 599. */
export type BreakerFailureCriterion = (typeof BREAKER_FAILURE_NAMES)[number] | number;

/** A timeout is one, whether the connection or the invocation has set the limit. */
const KIND_CRITERIA: readonly (readonly [kind: FailureKind, name: BreakerFailureCriterion])[] = [
  ['upstream.unreachable', 'unreachable'],
  ['upstream.protocol', 'protocol'],
  ['upstream.timeout', 'timeout'],
  ['deadline', 'timeout'],
];

/**
 * Decides what counts as a failure of an upstream. A 429 never does: it starts a hold. Nor does a redirect or a response that is too
 * large: both depend on the request.
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

  /** Whether a response with this status is a failure. */
  matchesStatus(status: number): boolean {
    return (status >= 500 && this.#includesServerErrors) || this.#statuses.has(status);
  }

  /** Whether an error is a failure of the upstream. An unreadable body is one: often it is the error page of a proxy. */
  matchesError(error: unknown): boolean {
    if (!(error instanceof BusError)) return false;
    if (error instanceof UpstreamError && error.code === 'UPSTREAM_INVALID_RESPONSE') return this.#includesUnreadable;
    return this.#kinds.has(error.kind);
  }
}
