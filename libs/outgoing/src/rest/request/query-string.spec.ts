import fc from 'fast-check';
import { findEmptyListRule, formatQueryString } from './query-string';

describe('a query', () => {
  it.each<[Record<string, unknown>, string]>([
    [{}, ''],
    [{ a: undefined, b: null }, ''],
    [{ a: 'x', b: 1, c: true, d: 2n }, '?a=x&b=1&c=true&d=2'],
    [{ a: '' }, '?a='],
    [{ a: ['x', 'y', undefined] }, '?a=x&a=y'],
    [{ a: [] }, ''],
    [{ 'a&b': 'c=d#e f/ü' }, '?a%26b=c%3Dd%23e%20f%2F%C3%BC'],
    [{ at: new Date('2026-11-20T12:00:00Z') }, '?at=2026-11-20T12%3A00%3A00.000Z'],
  ])('%j is written %s', (query, written) => {
    expect(formatQueryString(query, 'drop')).toBe(written);
  });

  it.each([[{}], [() => 'x'], [Symbol('x')], [new Date(Number.NaN)], ['\ud800'], [[['x']]]])('refuses %p', (value) => {
    expect(() => formatQueryString({ a: value }, 'drop')).toThrow(
      expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }),
    );
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.array(fc.string())), (query) => {
        const pairs = Object.entries(query).flatMap(([key, values]) => values.map((value) => [key, value]));
        expect([...new URLSearchParams(formatQueryString(query, 'drop'))]).toEqual(pairs);
      }),
    );
  });
});

describe('an empty list in a query', () => {
  it.each([[[]], [[undefined, null]]])('is dropped, kept as a key without a value, or rejected: %j', (ids) => {
    expect(formatQueryString({ ids, b: 1 }, 'drop')).toBe('?b=1');
    expect(formatQueryString({ ids, b: 1 }, 'keep')).toBe('?ids=&b=1');
    expect(() => formatQueryString({ ids, b: 1 }, 'refuse')).toThrow(
      expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }),
    );
  });

  it('is not a list with a value, nor a member that is absent', () => {
    expect(formatQueryString({ ids: [''], a: undefined }, 'refuse')).toBe('?ids=');
  });

  it('is rejected on DELETE, which would have no filter without it, and dropped elsewhere', () => {
    expect(findEmptyListRule('DELETE')).toBe('refuse');
    expect(findEmptyListRule('GET')).toBe('drop');
    expect(findEmptyListRule('POST')).toBe('drop');
  });
});
