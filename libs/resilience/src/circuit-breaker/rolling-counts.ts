const BUCKET_COUNT = 10;

/**
 * Counts the calls of the last `windowMs`, and how many of them failed. There are ten buckets, of which the oldest is dropped as a
 * whole: nothing older than `windowMs` is counted, and nothing younger than nine tenths of that is missing.
 */
export class RollingCounts {
  readonly #bucketMs: number;
  readonly #callsPerBucket = new Uint32Array(BUCKET_COUNT);
  readonly #failuresPerBucket = new Uint32Array(BUCKET_COUNT);
  #calls = 0;
  #failures = 0;
  /** Number of the newest bucket, counted from the start of the clock. */
  #newestBucket = 0;

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKET_COUNT;
  }

  /** Number of calls, as of the last one counted. */
  get calls(): number {
    return this.#calls;
  }

  /** Number of failures, as of the last call counted. */
  get failures(): number {
    return this.#failures;
  }

  countSuccess(nowMs: number): void {
    this.#countCall(nowMs);
  }

  countFailure(nowMs: number): void {
    const slot = this.#countCall(nowMs);
    this.#failuresPerBucket[slot] = (this.#failuresPerBucket[slot] ?? 0) + 1;
    this.#failures++;
  }

  clear(): void {
    this.#callsPerBucket.fill(0);
    this.#failuresPerBucket.fill(0);
    this.#calls = 0;
    this.#failures = 0;
  }

  #countCall(nowMs: number): number {
    const bucket = Math.floor(nowMs / this.#bucketMs);
    if (bucket !== this.#newestBucket) this.#advance(bucket);
    const slot = bucket % BUCKET_COUNT;
    this.#callsPerBucket[slot] = (this.#callsPerBucket[slot] ?? 0) + 1;
    this.#calls++;
    return slot;
  }

  #advance(bucket: number): void {
    const passed = bucket - this.#newestBucket;
    this.#newestBucket = bucket;
    if (passed >= BUCKET_COUNT) return this.clear();
    for (let age = 0; age < passed; age++) this.#clearBucket((bucket - age) % BUCKET_COUNT);
  }

  #clearBucket(slot: number): void {
    this.#calls -= this.#callsPerBucket[slot] ?? 0;
    this.#failures -= this.#failuresPerBucket[slot] ?? 0;
    this.#callsPerBucket[slot] = 0;
    this.#failuresPerBucket[slot] = 0;
  }
}
