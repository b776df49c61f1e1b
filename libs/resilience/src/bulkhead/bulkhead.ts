import type { CallScope } from '../call-scope';
import type { PolicyEnvironment } from '../policy-environment';
import type { BulkheadDecision, BulkheadRejection } from './bulkhead-decision';
import type { BulkheadEvent } from './bulkhead-event';
import { BulkheadPermit } from './bulkhead-permit';

/** How many attempts run concurrently, and how many are queued for how long. */
export interface BulkheadOptions {
  readonly concurrent: number;
  readonly queue: number;
  readonly queueTimeoutMs: number;
}

/** Ends the wait of a queued attempt. */
type Waiter = (decision: BulkheadDecision) => void;

/**
 * Bounds concurrent attempts, so that one slow upstream cannot exhaust the sockets and the memory of the bus (Nygard, "Release It!").
 * The queue is first in, first out: a released permit goes to the first queued attempt, never to a newer one.
 *
 * The one of cockatiel (3.2) keeps aborted attempts in its queue and then never wakes the next one, lets new attempts overtake
 * queued ones, and costs every call a promise.
 */
export class Bulkhead {
  /** In order of arrival. A set, so that a queued attempt can be removed in constant time. */
  readonly #waiters = new Set<Waiter>();
  readonly #onRelease = () => this.#admitNext();
  #inUse = 0;

  constructor(
    private readonly options: BulkheadOptions,
    private readonly environment: Pick<PolicyEnvironment<BulkheadEvent>, 'name' | 'onEvent'>,
  ) {}

  /** Number of running attempts. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Number of queued attempts. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Requests a permit. Returns a promise only where the attempt is queued; it never rejects. A call that is cancelled after it was
   * admitted has to check for that before it starts, and to release its permit.
   */
  acquire(scope: CallScope): BulkheadDecision | Promise<BulkheadDecision> {
    if (scope.reason) return this.#reject(findEndReason(scope));
    if (this.#inUse >= this.options.concurrent) {
      return this.#waiters.size < this.options.queue ? this.#enqueue(scope) : this.#reject('full');
    }
    this.#inUse++;
    return new BulkheadPermit(this.#onRelease);
  }

  #enqueue(scope: CallScope): Promise<BulkheadDecision> {
    const { queueTimeoutMs } = this.options;
    const remainingMs = scope.deadline.remainingMs();
    return new Promise((resolve) => {
      const waiter: Waiter = (decision) => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        stopListening();
        resolve(decision);
      };
      const leave = (reason: BulkheadRejection['reason']) => {
        // Cancelling a call may release a permit that admits another attempt of that call, whose listener runs afterwards.
        if (this.#waiters.delete(waiter)) waiter(this.#reject(reason));
      };
      const timeout = remainingMs < queueTimeoutMs ? 'deadline' : 'queueTimeout';
      const timer = setTimeout(() => leave(timeout), Math.min(remainingMs, queueTimeoutMs));
      const stopListening = scope.onCancel(() => leave(findEndReason(scope)));
      this.#waiters.add(waiter);
    });
  }

  /** Passes the permit to the first queued attempt. */
  #admitNext(): void {
    const [next] = this.#waiters;
    if (next) next(new BulkheadPermit(this.#onRelease));
    else this.#inUse--;
  }

  #reject(reason: BulkheadRejection['reason']): BulkheadRejection {
    const { name, onEvent } = this.environment;
    if (reason === 'deadline') onEvent({ type: 'deadlineSkipped', name, neededMs: 0, remainingMs: 0 });
    else if (reason !== 'cancelled')
      onEvent({ type: 'bulkheadRejected', name, reason, inUse: this.#inUse, waiting: this.#waiters.size });
    return { isAllowed: false, reason };
  }
}

function findEndReason({ deadline }: CallScope): 'deadline' | 'cancelled' {
  return deadline.hasPassed ? 'deadline' : 'cancelled';
}
