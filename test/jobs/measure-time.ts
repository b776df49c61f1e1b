/** Result and duration of some work. */
export interface TimedResult<T> {
  readonly result: T;
  readonly tookMs: number;
}

/** Measures how long some work takes. */
export async function measureTime<T>(work: () => Promise<T>): Promise<TimedResult<T>> {
  const startedAt = performance.now();
  const result = await work();
  return { result, tookMs: performance.now() - startedAt };
}

/** Calculates the median, which ignores the few values that a busy machine delays. */
export function calculateMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;
}
