import type { PolicyEnvironment } from '../policy-environment';
import { type BackoffOptions, computeBackoffMs } from './backoff';
import type { RetryBudget } from './retry-budget';
import type { AttemptFailure, RetryDecision, RetryRejectionReason } from './retry-decision';
import type { RetryEvent } from './retry-event';

/** How often, and after which waits, a call is retried. */
export interface RetryOptions extends BackoffOptions {
  /** Number of attempts, the first one included. */
  readonly attempts: number;
}

/** Decides after each failed attempt whether there is another, and when. The caller waits and makes the attempt. */
export class Retry {
  constructor(
    private readonly options: RetryOptions,
    private readonly budget: RetryBudget,
    private readonly environment: PolicyEnvironment<RetryEvent>,
  ) {}

  /**
   * Decides on another attempt. Its delay and the usual latency have to fit into the rest of the deadline; then it is taken out of the
   * budget. The backoff is added to the wait that the upstream requests, because all clients that receive the same number of seconds
   * would return in the same millisecond.
   */
  decide(failure: AttemptFailure): RetryDecision {
    const delayMs =
      (failure.retryAfterMs ?? 0) + computeBackoffMs(failure.attempt, this.options, this.environment.random);
    const reason = this.#findRejectionReason(failure, delayMs);
    this.#emitEvent(failure, delayMs, reason);
    return reason === undefined ? { retry: true, delayMs } : { retry: false, reason };
  }

  /** The budget comes last: a rejection for another reason costs nothing. */
  #findRejectionReason(failure: AttemptFailure, delayMs: number): RetryRejectionReason | undefined {
    const { attempt, isRetryable, retryAfterMs = 0, remainingMs, expectedLatencyMs } = failure;
    if (!isRetryable) return 'notRetryable';
    if (attempt >= this.options.attempts) return 'attemptsUsed';
    if (retryAfterMs + expectedLatencyMs > remainingMs) return retryAfterMs > 0 ? 'retryAfterTooLong' : 'deadline';
    if (delayMs + expectedLatencyMs > remainingMs) return 'deadline';
    return this.budget.tryTake() ? undefined : 'budget';
  }

  #emitEvent(
    { attempt, expectedLatencyMs, remainingMs }: AttemptFailure,
    delayMs: number,
    reason?: RetryRejectionReason,
  ): void {
    const { name, onEvent } = this.environment;
    if (reason === 'notRetryable') return;
    if (reason === undefined) onEvent({ type: 'retry', name, attempt: attempt + 1, delayMs });
    else if (reason === 'deadline')
      onEvent({ type: 'deadlineSkipped', name, neededMs: delayMs + expectedLatencyMs, remainingMs });
    else onEvent({ type: 'retryRejected', name, attempt: attempt + 1, reason });
  }
}
