import { StoreTimeoutError } from './store-timeout-error';

/**
 * What the promise brings, if it does so in time. One that is too late is left to itself, its failure included.
 *
 * @throws {StoreTimeoutError} when the time is up
 */
export async function waitWithTimeout<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreTimeoutError(limitMs)), Math.max(limitMs, 0));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
