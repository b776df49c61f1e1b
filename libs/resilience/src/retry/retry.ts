import type { PolicyEnvironment } from '../policy-environment';
import { type BackoffOptions, computeBackoffMs } from './backoff';
import type { RetryBudget } from './retry-budget';
import type { AttemptFailure, RetryDecision, RetryRejectionReason } from './retry-decision';

/** How often, and after which waits, a call is tried again. */
export interface RetryOptions extends BackoffOptions {
  /** In all, the first one included. */
  readonly attempts: number;
}

/** Decides after each failed attempt whether there is another, and when. Waiting and trying are left to the caller. */
export class Retry {
  constructor(
    private readonly options: RetryOptions,
    private readonly budget: RetryBudget,
    private readonly environment: PolicyEnvironment,
  ) {}

  /**
   * Another attempt only where its delay and an answer in the usual time fit what is left of the deadline; it is then paid
   * for out of the budget. The backoff comes on top of what the upstream asked for: all who were told the same second
   * would come back in the same millisecond.
   */
  decide(failure: AttemptFailure): RetryDecision {
    const delayMs =
      (failure.retryAfterMs ?? 0) + computeBackoffMs(failure.attempt, this.options, this.environment.random);
    const reason = this.#findRejectionReason(failure, delayMs);
    this.#emitEvent(failure, delayMs, reason);
    return reason === undefined ? { retry: true, delayMs } : { retry: false, reason };
  }

  /** The budget comes last: what is refused for another reason costs nothing. */
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
    else onEvent({ type: 'retryRefused', name, attempt: attempt + 1, reason });
  }
}
