import { TimeoutError, waitWithTimeout } from '@trunkline/time';

/** Resolves when the work has ended or the time is up. Work that takes longer goes on. */
export async function waitAtMost(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  try {
    await waitWithTimeout(timeoutMs, work);
  } catch (thrown) {
    if (!(thrown instanceof TimeoutError)) throw thrown;
  }
}
