const BUCKETS = 10;

/**
 * Calls of the last `windowMs`, and how many of them failed. Counted in ten buckets, of which the oldest is dropped as a
 * whole: nothing older than `windowMs` is counted, and nothing younger than nine tenths of that is missing.
 */
export class RollingCounts {
  readonly #bucketMs: number;
  readonly #callsOf = new Uint32Array(BUCKETS);
  readonly #failuresOf = new Uint32Array(BUCKETS);
  #calls = 0;
  #failures = 0;
  /** Number of the newest bucket, counted from the clock's start. */
  #newest = 0;

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKETS;
  }

  /** As of the call counted last. */
  get calls(): number {
    return this.#calls;
  }

  /** As of the call counted last. */
  get failures(): number {
    return this.#failures;
  }

  countSuccess(nowMs: number): void {
    this.#countCall(nowMs);
  }

  countFailure(nowMs: number): void {
    const slot = this.#countCall(nowMs);
    this.#failuresOf[slot] = (this.#failuresOf[slot] ?? 0) + 1;
    this.#failures++;
  }

  clear(): void {
    this.#callsOf.fill(0);
    this.#failuresOf.fill(0);
    this.#calls = 0;
    this.#failures = 0;
  }

  #countCall(nowMs: number): number {
    const bucket = Math.floor(nowMs / this.#bucketMs);
    if (bucket !== this.#newest) this.#advance(bucket);
    const slot = bucket % BUCKETS;
    this.#callsOf[slot] = (this.#callsOf[slot] ?? 0) + 1;
    this.#calls++;
    return slot;
  }

  #advance(bucket: number): void {
    const passed = bucket - this.#newest;
    this.#newest = bucket;
    if (passed >= BUCKETS) return this.clear();
    for (let age = 0; age < passed; age++) this.#drop((bucket - age) % BUCKETS);
  }

  #drop(slot: number): void {
    this.#calls -= this.#callsOf[slot] ?? 0;
    this.#failures -= this.#failuresOf[slot] ?? 0;
    this.#callsOf[slot] = 0;
    this.#failuresOf[slot] = 0;
  }
}
