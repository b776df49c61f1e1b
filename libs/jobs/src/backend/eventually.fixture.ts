import { setTimeout as sleep } from 'node:timers/promises';

const GIVE_UP_AFTER_MS = 40_000;

/** Waits for what no event tells: asks every 20 ms. */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > GIVE_UP_AFTER_MS) throw new Error('it did not come about');
    await sleep(20);
  }
}

/** Tries until it succeeds. */
export async function eventuallyDone(work: () => Promise<unknown>): Promise<void> {
  await eventually(async () => {
    try {
      await work();
      return true;
    } catch {
      return false;
    }
  });
}
