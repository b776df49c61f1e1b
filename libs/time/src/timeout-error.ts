/** Thrown when work takes longer than its time limit. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(readonly timeoutMs: number) {
    super(`no response within ${Math.round(timeoutMs)} ms`);
  }
}
