import type { Deadline } from './deadline';
import { type Ending, farDeadlines } from './far-deadlines';
import { afterThisTurn } from './turn';

export type CancelListener = (reason: Error) => void;

/**
 * A stretch of work that ends at its deadline at the latest, and everything it started with it (as in Trio, "cancel scopes").
 *
 * It costs nothing until somebody asks to be told: the timer is armed by the first listener or the first look at `signal`.
 * Whoever opens a scope closes it.
 */
export class CancelScope implements Ending {
  /** The first one has a place of its own: most scopes have no more, and a set costs 0.1 µs. */
  #first: CancelListener | undefined;
  #others: Set<CancelListener> | undefined;
  readonly #expiry: () => Error;
  #timer: NodeJS.Timeout | undefined;
  #isArmed = false;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #isClosed = false;
  #isFar = false;
  #onLasting: (() => void) | undefined;
  #leaveParent: (() => void) | undefined;

  /**
   * @param expiry - makes the reason with which the scope is cancelled when the deadline passes
   * @param parent - a wider scope: when that one is cancelled, so is this one, for the same reason
   */
  constructor(
    readonly deadline: Deadline,
    expiry: () => Error,
    parent?: CancelScope,
  ) {
    this.#expiry = expiry;
    if (parent) this.#leaveParent = parent.onCancel((reason) => this.cancel(reason));
  }

  /** Why the scope was cancelled; `undefined` while it is not. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Aborts, with the reason, when the scope is cancelled. One and the same signal for the scope's life. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
      else this.#watch();
    }
    return this.#controller.signal;
  }

  /**
   * Calls `listener` once when the scope is cancelled; at once, if it has been already.
   *
   * @returns stops listening
   */
  onCancel(listener: CancelListener): () => void {
    this.listen(listener);
    return () => this.forget(listener);
  }

  /** As {@link onCancel}, for those who stop by {@link forget}: a function for it costs every invocation 30 ns. */
  listen(listener: CancelListener): void {
    if (this.#reason) {
      listener(this.#reason);
      return;
    }
    if (this.#first) (this.#others ??= new Set()).add(listener);
    else this.#first = listener;
    this.#watch();
  }

  /** Without effect where `listener` does not listen. */
  forget(listener: CancelListener): void {
    if (this.#first === listener) this.#first = undefined;
    else this.#others?.delete(listener);
  }

  /** Calls `listener` once the turn of the event loop is over, if the work has not ended by then. */
  whenLasting(listener: () => void): void {
    this.#onLasting = listener;
    this.#watch();
  }

  /** Told once the turn is over in which somebody began to listen: most work has ended by then, and needs no timer. */
  last(): void {
    if (this.#isClosed || this.#reason) return;
    this.#onLasting?.();
    this.#isFar = farDeadlines.add(this);
    if (!this.#isFar) this.arm();
  }

  /** Ends the work now. Without effect on a scope that has been cancelled or closed. */
  cancel(reason: Error): void {
    if (this.#reason || this.#isClosed) return;
    this.#reason = reason;
    this.#release();
    this.#controller?.abort(reason);
    const listeners = [this.#first, ...(this.#others ?? [])];
    this.#forgetAll();
    for (const listener of listeners) listener?.(reason);
  }

  /** The work has ended: lets go of timer, parent and listeners. A closed scope is never cancelled. */
  close(): void {
    this.#isClosed = true;
    this.#release();
    this.#forgetAll();
  }

  /** Told by {@link farDeadlines}: from here on the deadline has a timer of its own. */
  arm(): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(this.deadline.remainingMs()));
  }

  #forgetAll(): void {
    this.#first = undefined;
    this.#others = undefined;
  }

  #watch(): void {
    if (this.#isArmed || this.#isClosed) return;
    this.#isArmed = true;
    afterThisTurn(this);
  }

  #release(): void {
    if (this.#timer) clearTimeout(this.#timer);
    else if (this.#isFar) farDeadlines.delete(this);
    this.#leaveParent?.();
  }

  #expire(): void {
    if (this.deadline.hasPassed) this.cancel(this.#expiry());
    else this.arm();
  }
}
