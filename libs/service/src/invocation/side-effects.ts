/**
 * The side effects of one inbound request or job so far, across all its invocations. They decide whether the same work may be done
 * again. A room that sends something for an invocation records it here first.
 */
export class SideEffects {
  /** Whether `handle()` of the first service has started. Before that, there are no effects. */
  hasStarted = false;
  /** Whether a call of another system was attempted, even if nothing was sent. */
  hasAttemptedSend = false;
  /** Whether something may have reached another system: a request has been partly written, or a job has been sent to its store. */
  wasSent = false;
  #pending = 0;
  #onSettled: (() => void) | undefined;

  /**
   * Whether the work certainly had no effect on other systems. A service that attempted no call through the bus may have done its work
   * in its own way, so nothing is certain.
   */
  get hadNoEffect(): boolean {
    return !this.isPending && (!this.hasStarted || (this.hasAttemptedSend && !this.wasSent));
  }

  /**
   * Whether a service or a call of another system is still running. A deadline, or the failure of one of several parallel calls, ends
   * the waiting but not the work.
   */
  get isPending(): boolean {
    return this.#pending > 0;
  }

  /** Counts work as pending until it has settled. Call it before any other handler is attached to `work`. */
  track(work: PromiseLike<unknown>): void {
    this.startWork();
    const end = () => this.endWork();
    work.then(end, end);
  }

  /** Counts work as pending until {@link endWork}, for callers that await the work anyway: {@link track} costs another promise. */
  startWork(): void {
    this.#pending += 1;
  }

  endWork(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#onSettled?.();
  }

  /** Calls `listener` once nothing is pending, at once if nothing is. A new listener replaces the previous one. */
  onceSettled(listener: () => void): void {
    if (!this.isPending) return listener();
    this.#onSettled = () => {
      this.#onSettled = undefined;
      listener();
    };
  }
}
