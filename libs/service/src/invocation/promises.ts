/**
 * Whether a value is a promise. It checks the shape, because promises of other realms and libraries have other classes; that of a
 * native promise only after its class, which is found faster.
 */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  if (value instanceof Promise) return true;
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Runs `work`, and `afterwards` once it has returned, thrown or settled. */
export function runWithCleanup<T>(work: () => T | Promise<T>, afterwards: () => void): T | Promise<T> {
  let result: T | Promise<T>;
  try {
    result = work();
  } catch (thrown) {
    afterwards();
    throw thrown;
  }
  // Not `finally`, which makes three more promises.
  if (isPromise(result))
    return result.then(
      (value) => {
        afterwards();
        return value;
      },
      (thrown: unknown) => {
        afterwards();
        throw thrown;
      },
    );
  afterwards();
  return result;
}
