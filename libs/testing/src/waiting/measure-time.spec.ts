import { setTimeout as sleep } from 'node:timers/promises';
import { measureTime } from './measure-time';

function block(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs;);
}

describe('the measured time', () => {
  it('comes with the result of the work', async () => {
    expect(await measureTime(async () => 'result')).toMatchObject({ result: 'result' });
  });

  it('contains waits', async () => {
    jest.useFakeTimers();
    const measured = measureTime(() => new Promise((resolve) => setTimeout(resolve, 1_000)));

    await jest.advanceTimersByTimeAsync(1_000);

    expect(Math.round((await measured).tookMs)).toBe(1_000);
    jest.useRealTimers();
  });

  it('contains little of the time in which the process does not run', async () => {
    const { tookMs } = await measureTime(async () => {
      block(200);
      await sleep(1);
    });

    expect(tookMs).toBeLessThan(100);
  });

  it('is not returned for work that fails', async () => {
    await expect(measureTime(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });
});
