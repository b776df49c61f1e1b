import { TimeoutError } from './timeout-error';
import { waitWithTimeout } from './wait-with-timeout';

describe('waitWithTimeout', () => {
  const never = new Promise<never>(() => undefined);

  it('resolves with the result of work that ends in time', async () => {
    await expect(waitWithTimeout(1_000, Promise.resolve(1))).resolves.toBe(1);
  });

  it('rejects with the error of work that fails in time', async () => {
    const error = new Error('failed');

    await expect(waitWithTimeout(1_000, Promise.reject(error))).rejects.toBe(error);
  });

  it.each([10, 0, -5])('rejects after %d ms', async (timeoutMs) => {
    await expect(waitWithTimeout(timeoutMs, never)).rejects.toEqual(new TimeoutError(timeoutMs));
  });

  it('ignores the failure of work that ends later', async () => {
    const work = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 20));

    await expect(waitWithTimeout(0, work)).rejects.toThrow(TimeoutError);
    await expect(work).rejects.toThrow('late');
  });

  it('reads responses that arrived during a blocked event loop before it times out', async () => {
    const work = new Promise((resolve) => setTimeout(() => setImmediate(resolve, 'arrived'), 0));
    const waiting = waitWithTimeout(5, work);

    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);

    await expect(waiting).resolves.toBe('arrived');
  });
});
