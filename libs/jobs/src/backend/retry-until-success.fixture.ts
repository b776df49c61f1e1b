import { waitUntil } from '@trunkline/testing';

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
