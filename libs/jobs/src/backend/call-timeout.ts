/** Time limit of one call to the store, and of all calls together that add one job. */
export const CALL_TIMEOUT_MS = 1_000;

/** Computes the deadline of a call that starts now, by `performance.now()`. */
export function computeCallDeadlineMs(): number {
  return performance.now() + CALL_TIMEOUT_MS;
}
