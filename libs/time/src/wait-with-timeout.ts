import { TimeoutError } from './timeout-error';

/**
 * Waits for `work` for at most `timeoutMs`. Work that takes longer continues, and its outcome is ignored.
 *
 * After a blocked event loop, timers run before I/O: responses that have already arrived are read first.
 *
 * @throws {TimeoutError} when the time is up
 */
export function waitWithTimeout<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const end = () => isSettled || reject(new TimeoutError(timeoutMs));
    const timer = setTimeout(() => setImmediate(end), Math.max(timeoutMs, 0));
    const settle = () => {
      isSettled = true;
      clearTimeout(timer);
    };
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (reason: unknown) => {
        settle();
        reject(reason);
      },
    );
  });
}
