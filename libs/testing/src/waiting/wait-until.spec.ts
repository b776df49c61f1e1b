import { waitUntil } from './wait-until';

describe('waiting until a condition holds', () => {
  it('ends with the first value that is neither undefined nor false', async () => {
    const values = [undefined, false, 0, 1];

    expect(await waitUntil(() => values.shift())).toBe(0);
    expect(values).toEqual([1]);
  });

  it('awaits checks', async () => {
    expect(await waitUntil(async () => 'value')).toBe('value');
  });

  it('ends with the error of a check', async () => {
    const check = () => Promise.reject(new Error('no connection'));

    await expect(waitUntil(check)).rejects.toThrow('no connection');
  });

  it('fails at its timeout', async () => {
    await expect(waitUntil(() => false, { timeoutMs: 20 })).rejects.toThrow('the condition did not hold within 0.02 s');
  });

  it('continues while timers are fake', async () => {
    jest.useFakeTimers();
    let checks = 0;

    await waitUntil(() => (checks += 1) === 3);

    jest.useRealTimers();
    expect(checks).toBe(3);
  });
});
