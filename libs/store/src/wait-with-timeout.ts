/**
 * The outcome of `work`, if it comes within `ms`.
 *
 * A process that was held up finds its timers due before it has read what came meanwhile: the answers that are there already get
 * their turn first.
 *
 * @param late - called when the time has passed; what it gives is the reason of the rejection
 */
export function waitWithTimeout<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const timer = setTimeout(() => setImmediate(() => isSettled || reject(late())), ms);
    const settled = () => {
      isSettled = true;
      clearTimeout(timer);
    };
    work.then(
      (value) => {
        settled();
        resolve(value);
      },
      (reason: unknown) => {
        settled();
        reject(reason);
      },
    );
  });
}
