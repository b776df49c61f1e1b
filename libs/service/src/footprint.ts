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
    this.#underWay += 1;
    work.then(this.#settled, this.#settled);
  }

  readonly #settled = (): void => {
    this.#underWay -= 1;
  };
}
