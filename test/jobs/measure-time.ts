/** What some work brought, and how long it took. */
export interface TimedResult<T> {
  readonly result: T;
  readonly tookMs: number;
}

export async function measureTime<T>(work: () => Promise<T>): Promise<TimedResult<T>> {
  const beganAt = performance.now();
  const result = await work();
  return { result, tookMs: performance.now() - beganAt };
}

/** The middle one: a machine that has much to do is late with a timer now and then, and not with most. */
export function calculateMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;
}
