import { isItemStream, runAfterItems } from './item-stream';

/**
 * Whether a value is a promise. It checks the shape, because promises of other realms and libraries have other classes; that of a
 * native promise only after its class, which is found faster.
 */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  if (value instanceof Promise) return true;
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Runs `work`, and `afterwards` once it has returned, thrown or settled, or once the items that it returned have ended. */
export function runWithCleanup(work: () => unknown, afterwards: () => void): unknown {
  const finish = (value: unknown) => {
    if (isItemStream(value)) return runAfterItems(value, afterwards);
    afterwards();
    return value;
  };
  let result: unknown;
  try {
    result = work();
  } catch (thrown) {
    afterwards();
    throw thrown;
  }
  // Not `finally`, which makes three more promises.
  if (isPromise(result))
    return result.then(finish, (thrown: unknown) => {
      afterwards();
      throw thrown;
    });
  return finish(result);
}
