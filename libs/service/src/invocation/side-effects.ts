/**
 * What one request or job has left in the world so far, over all services that work for it: whoever has to decide whether the
 * same work may be done again looks here. Rooms that send something on behalf of an invocation note it before they do.
 */
export class SideEffects {
  /** Has `handle()` of the first service begun? Until then nothing can have happened. */
  hasStarted = false;
  /** Was something to be sent to another system, whether it came to that or not? */
  hasAttemptedSend = false;
  /** May something have reached another system: has a request begun to be written, or a job to be stored? */
  wasSent = false;
  #pending = 0;
  #onSettled: (() => void) | undefined;

  /**
   * Is it certain that what was to be done did not take effect elsewhere? Where no other system was to be asked, nothing is
   * certain: the service may have done it by itself.
   */
  get hadNoEffect(): boolean {
    return !this.isPending && (!this.hasStarted || (this.hasAttemptedSend && !this.wasSent));
  }

  /**
   * Is a service still running, or a call of another system still pending? A deadline, or a failure of one of several calls made
   * at once, ends the waiting for them and not the work itself.
   */
  get isPending(): boolean {
    return this.#pending > 0;
  }

  /** Counts work as under way until it has settled. To be called before anything else waits for that work. */
  track(work: PromiseLike<unknown>): void {
    this.startWork();
    const leave = () => this.endWork();
    work.then(leave, leave);
  }

  /** Counts work as under way until {@link endWork}: for those that wait for it anyway, as a promise more costs every request 0.1 µs. */
  startWork(): void {
    this.#pending += 1;
  }

  endWork(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#onSettled?.();
  }

  /** Calls `listener` when nothing is under way: at once where nothing is. There is one listener, the last. */
  onceSettled(listener: () => void): void {
    if (!this.isPending) return listener();
    this.#onSettled = () => {
      this.#onSettled = undefined;
      listener();
    };
  }
}
