import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 40_000;

/** Waits for what no event tells: asks every 20 ms. */
export async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > TIMEOUT_MS) throw new Error('it did not come about');
    await sleep(20);
  }
}

/** Tries until it succeeds. */
export async function retryUntilSuccess(work: () => Promise<unknown>): Promise<void> {
  await waitUntil(async () => {
    try {
      await work();
      return true;
    } catch {
      return false;
    }
  });
}
