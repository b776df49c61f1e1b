/** The real timer, also in tests with fake timers. */
const realSetTimeout = setTimeout;
const realNowMs = performance.now.bind(performance);

const DEFAULT_TIMEOUT_MS = 40_000;
const DEFAULT_INTERVAL_MS = 10;

/** Options of {@link waitUntil}. */
export interface WaitOptions {
  /** How long to wait, in real time. Default 40 s: an end for a test that fails, no expectation. */
  readonly timeoutMs?: number;
  /** Pause between two checks, in real time. Default 10 ms. */
  readonly intervalMs?: number;
}

/**
 * Waits for a condition that no event reports: checks it at once, and again after a pause, until it returns a value other than `undefined`
 * and `false`. It also works while timers are fake.
 *
 * @param check - its errors end the wait
 * @returns the value of the check
 * @throws {Error} when the condition did not hold in time
 */
export async function waitUntil<T>(
  check: () => T | undefined | Promise<T | undefined>,
  { timeoutMs = DEFAULT_TIMEOUT_MS, intervalMs = DEFAULT_INTERVAL_MS }: WaitOptions = {},
): Promise<T> {
  const endMs = realNowMs() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (realNowMs() > endMs) throw new Error(`the condition did not hold within ${timeoutMs / 1_000} s`);
    await new Promise((resolve) => realSetTimeout(resolve, intervalMs));
  }
}
