import type { PolicyEnvironment } from '../policy-environment';
import type { CallCount, CallCounter } from './call-counter';
import type { CallLimitEvent } from './call-limit-event';
import type { CallLimitDecision, LimitedCall } from './call-limit-decision';

/** Ends the wait of an attempt. */
type Waiter = (decision: CallLimitDecision) => void;

/** Timers fire at whole milliseconds. */
const MIN_WAIT_MS = 1;
const ALLOWED: CallLimitDecision = { isAllowed: true };

/**
 * Obeys the limit of an upstream ahead of its refusal: attempts above it wait for their turn, first in, first out. An attempt whose turn
 * would come after its deadline is rejected at once, so that the deadlines of the waiting attempts bound their number.
 */
export class CallLimit {
  /** In order of arrival. A set, so that a waiting attempt can be removed in constant time. */
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly counter: CallCounter,
    private readonly environment: Pick<PolicyEnvironment<CallLimitEvent>, 'name' | 'onEvent'>,
  ) {}

  /** Number of waiting attempts. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Counts an attempt. Returns a promise only where the attempt waits or the store is asynchronous; it never rejects. */
  acquire(call: LimitedCall): CallLimitDecision | Promise<CallLimitDecision> {
    // No attempt overtakes a waiting one.
    if (this.#waiters.size > 0) return this.#wait(call, 0);
    const counted = this.counter.count();
    return counted instanceof Promise
      ? counted.then((count) => this.#decide(call, count))
      : this.#decide(call, counted);
  }

  #decide(call: LimitedCall, { waitMs }: CallCount): CallLimitDecision | Promise<CallLimitDecision> {
    return waitMs === 0 ? ALLOWED : this.#wait(call, waitMs);
  }

  #wait(call: LimitedCall, waitMs: number): CallLimitDecision | Promise<CallLimitDecision> {
    const { intervalMs } = this.counter;
    // The first of the waiting attempts has its turn within an interval.
    const expectedMs = Math.max(waitMs, MIN_WAIT_MS) + this.#waiters.size * intervalMs;
    const remainingMs = call.remainingMs();
    if (call.reason !== undefined || expectedMs > remainingMs) return this.#reject(expectedMs);
    return new Promise((resolve) => {
      const waiter: Waiter = (decision) => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        stopListening();
        resolve(decision);
      };
      const leave = () => {
        if (this.#waiters.has(waiter)) waiter(this.#reject(intervalMs));
      };
      // Other hosts may have taken its turn.
      const timer = setTimeout(leave, remainingMs);
      const stopListening = call.onCancel(leave);
      this.#waiters.add(waiter);
      this.#schedule(waitMs);
    });
  }

  #schedule(waitMs: number): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => void this.#admitNext(), Math.max(MIN_WAIT_MS, waitMs));
  }

  async #admitNext(): Promise<void> {
    let waitMs = 0;
    while (waitMs === 0 && this.#waiters.size > 0) {
      ({ waitMs } = await this.counter.count());
      const [next] = this.#waiters;
      if (waitMs === 0) next?.(ALLOWED);
    }
    this.#timer = undefined;
    if (this.#waiters.size > 0) this.#schedule(waitMs);
  }

  #reject(retryAfterMs: number): CallLimitDecision {
    const { name, onEvent } = this.environment;
    onEvent({ type: 'callLimitRejected', name, waitMs: retryAfterMs, waiting: this.#waiters.size });
    return { isAllowed: false, retryAfterMs };
  }
}
