/** By shape: promises of other realms and libraries are promises, too. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Runs `work`, then `afterwards` when its value or promise has settled, however that went. */
export function runWithCleanup<T>(work: () => T | Promise<T>, afterwards: () => void): T | Promise<T> {
  let result: T | Promise<T>;
  try {
    result = work();
  } catch (thrown) {
    afterwards();
    throw thrown;
  }
  if (isPromise(result)) return result.finally(afterwards);
  afterwards();
  return result;
}
