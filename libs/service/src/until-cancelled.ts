import type { CancelScope } from '@trunkline/time';

/**
 * Waits for work no longer than its scope lasts: whoever waits is told of a passed deadline at once, whether the work heeds its
 * signal or not. What the work does after that is nobody's concern; a late failure of it is not an unhandled one.
 *
 * @param onFailure - told of the failure of the work itself, before whoever waits
 */
export function untilCancelled<T>(
  work: Promise<T>,
  scope: CancelScope,
  onFailure: (thrown: unknown) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopListening = scope.onCancel(reject);
    work.then(
      (value) => {
        stopListening();
        resolve(value);
      },
      (thrown: unknown) => {
        stopListening();
        onFailure(thrown);
        reject(thrown);
      },
    );
  });
}
