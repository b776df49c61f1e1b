/** Of this many latencies the estimate is made: the 95th percentile of fewer would hang on one or two of them. 1 KiB. */
const MAX_SAMPLES = 128;
/** With fewer samples the slowest of them would pass for the 95th percentile. */
const MIN_SAMPLES_FOR_P95 = 20;

/**
 * How long attempts that succeed usually take, by the last 128 of them.
 *
 * To add one is a store into a fixed array, because every call does it; sorting (3 µs) is left to those who ask,
 * and done again only when an eighth of the samples is new.
 */
export class LatencyEstimate {
  readonly #samples = new Float64Array(MAX_SAMPLES);
  #added = 0;
  #addedWhenSorted = 0;
  #p50Ms: number | undefined;
  #p95Ms: number | undefined;

  /** @param latencyMs - of an attempt that succeeded: those that fail at once say nothing of how long an answer takes */
  add(latencyMs: number): void {
    this.#samples[this.#added % MAX_SAMPLES] = latencyMs;
    this.#added++;
  }

  /** Half of the attempts took no longer; `undefined` before the first one. */
  p50Ms(): number | undefined {
    this.#refresh();
    return this.#p50Ms;
  }

  /** 95 of 100 attempts took no longer; `undefined` before there have been 20. */
  p95Ms(): number | undefined {
    this.#refresh();
    return this.#p95Ms;
  }

  #refresh(): void {
    const count = Math.min(this.#added, MAX_SAMPLES);
    const fresh = this.#added - this.#addedWhenSorted;
    if (fresh === 0 || fresh < count / 8) return;
    const sorted = this.#samples.slice(0, count).sort();
    this.#addedWhenSorted = this.#added;
    this.#p50Ms = findPercentile(sorted, 0.5);
    this.#p95Ms = count < MIN_SAMPLES_FOR_P95 ? undefined : findPercentile(sorted, 0.95);
  }
}

/** By nearest rank: always a value that was measured. */
function findPercentile(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.ceil(share * sorted.length) - 1];
}
