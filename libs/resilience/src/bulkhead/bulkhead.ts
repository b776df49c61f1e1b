import type { CallScope } from '../call-scope';
import type { PolicyEnvironment } from '../policy-environment';
import type { BulkheadDecision, BulkheadRejection } from './bulkhead-decision';
import { BulkheadPermit } from './bulkhead-permit';

/** How many attempts may be under way at once, and how many may wait for how long. */
export interface BulkheadOptions {
  readonly concurrent: number;
  readonly queue: number;
  readonly queueTimeoutMs: number;
}

/** Ends the wait of one attempt. */
type Waiter = (entry: BulkheadDecision) => void;

/**
 * Bounds the attempts that are under way at once, so that one slow upstream cannot take all sockets and memory of the bus
 * (Nygard, "Release It!"). First come, first served: a place that becomes free goes to the first in the queue, and nobody
 * who comes meanwhile can take it.
 *
 * Not cockatiel's (3.2): there a waiter that is aborted keeps its place in the queue, and when its turn comes the one
 * behind it is never woken; newcomers overtake those who wait; and every call pays for promises.
 */
export class Bulkhead {
  /** In the order of their coming. A set, so that one that leaves from the middle is found at once. */
  readonly #waiters = new Set<Waiter>();
  readonly #onRelease = () => this.#admitNext();
  #inUse = 0;

  constructor(
    private readonly options: BulkheadOptions,
    private readonly environment: Pick<PolicyEnvironment, 'name' | 'onEvent'>,
  ) {}

  /** Attempts under way. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Attempts in the queue. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * A promise only where there is something to wait for; it never rejects. A call that is cancelled once it has been let in
   * has to look for that itself before it begins, and to release its permit.
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
      const waiter: Waiter = (entry) => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        stopListening();
        resolve(entry);
      };
      const leave = (reason: BulkheadRejection['reason']) => {
        // Who is admitted because the call is cancelled (another attempt of it has made room) is told of that afterwards.
        if (this.#waiters.delete(waiter)) waiter(this.#reject(reason));
      };
      const timeout = remainingMs < queueTimeoutMs ? 'deadline' : 'queueTimeout';
      const timer = setTimeout(() => leave(timeout), Math.min(remainingMs, queueTimeoutMs));
      const stopListening = scope.onCancel(() => leave(findEndReason(scope)));
      this.#waiters.add(waiter);
    });
  }

  /** The place goes from hand to hand while somebody waits. */
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
