import { StaleValues } from './stale-values';

const MIB = 1_048_576;

describe('stale values', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are found up to the requested age', () => {
    const values = new StaleValues();
    values.set('a', { id: 1 }, 60_000);
    jest.advanceTimersByTime(5_000);

    expect(values.find('a', 5_000)).toEqual({ value: { id: 1 } });
    expect(values.find('a', 4_999)).toBeUndefined();
    expect(values.find('b', 5_000)).toBeUndefined();
  });

  it('share one byte budget, beyond which the oldest are dropped', () => {
    const values = new StaleValues({ maxBytes: 3.5 * MIB });

    for (const key of ['a', 'b', 'a', 'c', 'd']) values.set(key, 'x'.repeat(MIB), 60_000);

    expect(values.bytes).toBeLessThanOrEqual(3.5 * MIB);
    expect(['a', 'b', 'c', 'd'].filter((key) => values.find(key, 60_000))).toEqual(['a', 'c', 'd']);
  });

  it('take at most 64 MiB', () => {
    const values = new StaleValues();
    const value = 'x'.repeat(8 * MIB);
    for (let count = 0; count < 12; count += 1) values.set(`key-${count}`, value, 60_000);

    expect(values.bytes).toBeLessThanOrEqual(64 * MIB);
    expect(values.bytes).toBeGreaterThan(48 * MIB);
  });

  it('are bounded in number, however small they are', () => {
    const values = new StaleValues({ maxBytes: MIB });

    for (let count = 0; count < 10_000; count += 1) values.set(`key-${count}`, null, 60_000);

    expect(values.bytes).toBeLessThanOrEqual(MIB);
    expect(values.find('key-0', 60_000)).toBeUndefined();
  });

  it('are dropped once they are older than their staleIfError, and leave no timer behind', () => {
    const values = new StaleValues();
    values.set('short', 1, 10_000);
    values.set('long', 2, 40_000);
    const both = values.bytes;

    jest.advanceTimersByTime(12_000);
    expect(values.bytes).toBe(both / 2);
    jest.advanceTimersByTime(30_000);

    expect(values.bytes).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are kept for the longest staleIfError they were stored with', () => {
    const values = new StaleValues();
    values.set('a', 1, 60_000);
    values.set('a', 2, 1_000);

    jest.advanceTimersByTime(30_000);

    expect(values.find('a', 60_000)).toEqual({ value: 2 });
  });

  it('may be kept for longer than the longest timer of Node', () => {
    const values = new StaleValues();
    values.set('a', 1, 60 * 86_400_000);

    jest.advanceTimersByTime(59 * 86_400_000);
    expect(values.bytes).toBeGreaterThan(0);
    jest.advanceTimersByTime(2 * 86_400_000);

    expect(values.bytes).toBe(0);
  });

  it('are copies, bytes included', () => {
    const values = new StaleValues();
    values.set('a', { bytes: new Uint8Array([1, 2, 3]) }, 60_000);

    const first = values.find('a', 60_000) as { value: { bytes: Uint8Array } };
    first.value.bytes.fill(0);

    expect([...(values.find('a', 60_000) as typeof first).value.bytes]).toEqual([1, 2, 3]);
  });

  it.each([[() => 1], [{ f: () => 1 }], [new Uint8Array(MIB)]])(
    'are dropped, the previous value included, when the new value cannot be copied or exceeds the budget',
    (value) => {
      const values = new StaleValues({ maxBytes: MIB });
      values.set('a', 1, 60_000);

      values.set('a', value, 60_000);

      expect(values.find('a', 60_000)).toBeUndefined();
      expect(values.bytes).toBe(0);
    },
  );
});
