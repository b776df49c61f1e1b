/** What some work brought, and how long it took. */
export interface Timed<T> {
  readonly brought: T;
  readonly tookMs: number;
}

export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const beganAt = performance.now();
  const brought = await work();
  return { brought, tookMs: performance.now() - beganAt };
}

/** The middle one: a machine that has much to do is late with a timer now and then, and not with most. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;
}
