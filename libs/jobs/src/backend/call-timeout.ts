/** What one call to the store may take, and all of those together that it takes to make a job. */
export const CALL_TIMEOUT_MS = 1_000;

/** When a call that begins now is given up, by `performance.now()`. */
export function computeCallDeadlineMs(): number {
  return performance.now() + CALL_TIMEOUT_MS;
}
