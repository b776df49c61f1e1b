/**
 * What one request or job has left in the world so far, over all services that work for it: whoever has to decide whether the
 * same work may be done again looks here. Rooms that send something on behalf of an invocation note it before they do.
 */
export class Footprint {
  /** Has `handle()` of the first service begun? Until then nothing can have happened. */
  hasBegun = false;
  /** Was something to be sent to another system, whether it came to that or not? */
  hasTried = false;
  /** May something have reached another system: has a request begun to be written, or a job to be stored? */
  wasSent = false;
  #underWay = 0;
  #onSettled: (() => void) | undefined;

  /**
   * Is it certain that what was to be done did not take effect elsewhere? Where no other system was to be asked, nothing is
   * certain: the service may have done it by itself.
   */
  get isNothing(): boolean {
    return !this.isUnderWay && (!this.hasBegun || (this.hasTried && !this.wasSent));
  }

  /**
   * Is a service still running, or a call of another system still pending? A deadline, or a failure of one of several calls made
   * at once, ends the waiting for them and not the work itself.
   */
  get isUnderWay(): boolean {
    return this.#underWay > 0;
  }

  /** Counts work as under way until it has settled. To be called before anything else waits for that work. */
  watch(work: PromiseLike<unknown>): void {
    this.enter();
    const leave = () => this.leave();
    work.then(leave, leave);
  }

  /** Counts work as under way until {@link leave}: for those that wait for it anyway, as a promise more costs every request 0.1 µs. */
  enter(): void {
    this.#underWay += 1;
  }

  leave(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#onSettled?.();
  }

  /** Calls `listener` when nothing is under way: at once where nothing is. There is one listener, the last. */
  whenSettled(listener: () => void): void {
    if (!this.isUnderWay) return listener();
    this.#onSettled = () => {
      this.#onSettled = undefined;
      listener();
    };
  }
}
