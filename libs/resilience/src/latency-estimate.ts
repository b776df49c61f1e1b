/** Number of the last latencies that the estimate uses. With fewer, one or two would decide the 95th percentile. */
const MAX_SAMPLES = 128;
/** With fewer samples the slowest one would be the 95th percentile. */
const MIN_SAMPLES_FOR_P95 = 20;

/**
 * Estimates the latency of attempts that succeed, from the last 128 of them.
 *
 * Adding a sample is a store into a fixed array, because every call does it. Sorting happens on demand, and again only when an eighth
 * of the samples is new.
 */
export class LatencyEstimate {
  readonly #samples = new Float64Array(MAX_SAMPLES);
  #added = 0;
  #addedWhenSorted = 0;
  #p50Ms: number | undefined;
  #p95Ms: number | undefined;

  /** @param latencyMs - of an attempt that succeeded: an immediate failure says nothing about the latency of responses */
  add(latencyMs: number): void {
    this.#samples[this.#added % MAX_SAMPLES] = latencyMs;
    this.#added++;
  }

  /** Median of the latencies; `undefined` before the first one. */
  p50Ms(): number | undefined {
    this.#refresh();
    return this.#p50Ms;
  }

  /** 95th percentile of the latencies; `undefined` before there are 20. */
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

/** Finds a percentile by nearest rank, so that the value is one that was measured. */
function findPercentile(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.ceil(share * sorted.length) - 1];
}
