import type { PolicyEnvironment } from '../policy-environment';
import { type BackoffOptions, backoffMs } from './backoff';
import type { RetryBudget } from './retry-budget';
import type { AttemptFailure, RetryDecision, RetryRefusal } from './retry-decision';

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
    const delayMs = (failure.retryAfterMs ?? 0) + backoffMs(failure.attempt, this.options, this.environment.random);
    const reason = this.#refusal(failure, delayMs);
    this.#tell(failure, delayMs, reason);
    return reason === undefined ? { retry: true, delayMs } : { retry: false, reason };
  }

  /** The budget comes last: what is refused for another reason costs nothing. */
  #refusal(failure: AttemptFailure, delayMs: number): RetryRefusal | undefined {
    const { attempt, isRetryable, retryAfterMs = 0, remainingMs, usualLatencyMs } = failure;
    if (!isRetryable) return 'notRetryable';
    if (attempt >= this.options.attempts) return 'attemptsUsed';
    if (retryAfterMs + usualLatencyMs > remainingMs) return retryAfterMs > 0 ? 'retryAfterTooLong' : 'deadline';
    if (delayMs + usualLatencyMs > remainingMs) return 'deadline';
    return this.budget.tryTake() ? undefined : 'budget';
  }

  #tell({ attempt, usualLatencyMs, remainingMs }: AttemptFailure, delayMs: number, reason?: RetryRefusal): void {
    const { name, onEvent } = this.environment;
    if (reason === 'notRetryable') return;
    if (reason === undefined) onEvent({ type: 'retry', name, attempt: attempt + 1, delayMs });
    else if (reason === 'deadline')
      onEvent({ type: 'deadlineSkipped', name, neededMs: delayMs + usualLatencyMs, remainingMs });
    else onEvent({ type: 'retryRefused', name, attempt: attempt + 1, reason });
  }
}
