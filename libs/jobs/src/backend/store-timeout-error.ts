/** The store of jobs did not answer in the time it is given. */
export class StoreTimeoutError extends Error {
  override readonly name = 'StoreTimeoutError';

  constructor(readonly limitMs: number) {
    super(`the job store did not answer within ${Math.round(limitMs)} ms`);
  }
}
