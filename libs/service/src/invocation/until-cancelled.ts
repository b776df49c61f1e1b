import type { CancelScope } from '@trunkline/time';

/** Handles the end of work before the waiting caller gets its result. */
export interface CompletionHandler {
  /** Converts the result of the work to the value that the caller gets. An error it throws is a failure of the work. */
  complete(value: unknown): unknown;
  onFailure(thrown: unknown): void;
  /** Called first when the work has settled, even if the scope has already ended. */
  onSettled?(): void;
}

/**
 * Waits for work until its scope ends. A passed deadline rejects at once, even if the work ignores its signal. Later results of the
 * work are ignored, and a later failure is no unhandled rejection.
 *
 * It waits, completes and cancels with one promise, because each further promise slows down every call.
 */
export function waitUntilCancelled(
  work: Promise<unknown>,
  scope: CancelScope,
  handler: CompletionHandler,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const subscription = scope.addListener(reject);
    work.then(
      (value) => {
        handler.onSettled?.();
        scope.removeListener(subscription);
        try {
          resolve(handler.complete(value));
        } catch (thrown) {
          if (!scope.reason) handler.onFailure(thrown);
          reject(thrown);
        }
      },
      (thrown: unknown) => {
        handler.onSettled?.();
        scope.removeListener(subscription);
        if (!scope.reason) handler.onFailure(thrown);
        reject(thrown);
      },
    );
  });
}
