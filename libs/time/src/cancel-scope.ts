import type { Deadline } from './deadline';
import { type CoarseTimerEntry, coarseTimer } from './coarse-timer';
import { CancelSubscription, type CancelListener } from './cancel-subscription';
import { runAtTickEnd } from './tick-end';

/**
 * Work with a deadline: when it passes, the work and everything it started is cancelled (the "cancel scope" of Trio).
 *
 * The timer is started by the first listener or the first access to `signal`, so that other scopes cost nothing. The creator of a scope
 * must close it.
 */
export class CancelScope implements CoarseTimerEntry {
  #lastSubscription: CancelSubscription | undefined;
  readonly #createReason: () => Error;
  #deadline: Deadline;
  #timer: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #isClosed = false;
  #isInCoarseTimer = false;
  #tickEndListener: (() => void) | undefined;
  readonly #parent: CancelScope | undefined;
  readonly #parentSubscription: CancelSubscription | undefined;

  /**
   * @param createReason - creates the reason with which the scope is cancelled when the deadline passes
   * @param parent - a wider scope: when it is cancelled, so is this one, with the same reason
   */
  constructor(deadline: Deadline, createReason: () => Error, parent?: CancelScope) {
    this.#deadline = deadline;
    this.#createReason = createReason;
    if (!parent) return;
    this.#parent = parent;
    this.#parentSubscription = parent.addListener((reason) => this.cancel(reason));
  }

  /** When the work must have ended. */
  get deadline(): Deadline {
    return this.#deadline;
  }

  /**
   * Gives the work more time, such as for a stream whose first item is there. A timer of the earlier deadline finds the new one.
   *
   * @param deadline - later than the present one; that of a wider scope still holds
   */
  extend(deadline: Deadline): void {
    this.#deadline = deadline;
  }

  /** The reason for the cancellation; `undefined` if the scope is not cancelled. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** The signal of the scope, aborted with the reason when the scope is cancelled. Always the same object. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
      else this.#scheduleTimer();
    }
    return this.#controller.signal;
  }

  /**
   * Calls `listener` once when the scope is cancelled; immediately if it already is.
   *
   * @returns a function that removes the listener
   */
  onCancel(listener: CancelListener): () => void {
    const subscription = this.addListener(listener);
    return () => this.removeListener(subscription);
  }

  /** Adds a listener like {@link onCancel}, for callers that keep the subscription rather than a function. */
  addListener(listener: CancelListener): CancelSubscription {
    const subscription = new CancelSubscription(listener);
    if (this.#reason) listener(this.#reason);
    else {
      subscription.insertAfter(this.#lastSubscription);
      this.#lastSubscription = subscription;
      this.#scheduleTimer();
    }
    return subscription;
  }

  /** Removes a listener; no effect if it has been removed. */
  removeListener(subscription: CancelSubscription): void {
    if (this.#lastSubscription === subscription) this.#lastSubscription = subscription.previous;
    subscription.unlink();
  }

  /** Calls `listener` at the end of this event-loop iteration if the work has not ended. */
  notifyAtTickEnd(listener: () => void): void {
    this.#tickEndListener = listener;
    this.#scheduleTimer();
  }

  /** Starts the timer at the end of the event-loop iteration: most work has ended by then and needs none. */
  handleTickEnd(): void {
    if (this.#isClosed || this.#reason) return;
    this.#tickEndListener?.();
    this.#isInCoarseTimer = coarseTimer.add(this);
    if (!this.#isInCoarseTimer) this.startPreciseTimer();
  }

  /** Cancels the work now. No effect on a cancelled or closed scope. */
  cancel(reason: Error): void {
    if (this.#reason || this.#isClosed) return;
    this.#reason = reason;
    this.#release();
    this.#controller?.abort(reason);
    const subscriptions = [...listFromLast(this.#lastSubscription)].toReversed();
    this.#lastSubscription = undefined;
    for (const { listener } of subscriptions) listener(reason);
  }

  /** Marks the work as ended, and releases timer, parent and listeners. A closed scope is never cancelled. */
  close(): void {
    this.#isClosed = true;
    this.#release();
    this.#lastSubscription = undefined;
  }

  /** Starts the scope's own timer. {@link coarseTimer} calls this when the deadline is near. */
  startPreciseTimer(): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(this.deadline.remainingMs()));
  }

  #scheduleTimer(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    runAtTickEnd(this);
  }

  #release(): void {
    if (this.#timer) clearTimeout(this.#timer);
    else if (this.#isInCoarseTimer) coarseTimer.delete(this);
    if (this.#parentSubscription) this.#parent?.removeListener(this.#parentSubscription);
  }

  #expire(): void {
    if (this.deadline.hasPassed) this.cancel(this.#createReason());
    else this.startPreciseTimer();
  }
}

function* listFromLast(last: CancelSubscription | undefined): Iterable<CancelSubscription> {
  for (let each = last; each; each = each.previous) yield each;
}
