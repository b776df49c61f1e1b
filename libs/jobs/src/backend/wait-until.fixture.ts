import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 40_000;

/** Waits until a condition holds that no event reports: checks it every 20 ms. */
export async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAt > TIMEOUT_MS) throw new Error('the condition did not hold in time');
    await sleep(20);
  }
}

/** Repeats work until it succeeds. */
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
