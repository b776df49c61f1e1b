import { isSuspectedPoison, PoisonIsolation } from './poison-isolation';

describe('a job with crashed attempts', () => {
  it.each([
    { crashes: 0, attempts: 5, isSuspected: false },
    { crashes: 1, attempts: 5, isSuspected: false },
    { crashes: 2, attempts: 5, isSuspected: true },
    { crashes: 1, attempts: 2, isSuspected: true },
  ])('after $crashes of $attempts is suspected: $isSuspected', ({ crashes, attempts, isSuspected }) => {
    expect(isSuspectedPoison(crashes, attempts)).toBe(isSuspected);
  });
});

describe('the isolation of suspected jobs', () => {
  it('is occupied until the attempt has finished, whether it succeeds or fails', async () => {
    const isolation = new PoisonIsolation();

    const running = isolation.run(() => Promise.reject(new Error('failed')));

    expect(isolation.isOccupied).toBe(true);
    await expect(running).rejects.toThrow('failed');
    expect(isolation.isOccupied).toBe(false);
  });
});
