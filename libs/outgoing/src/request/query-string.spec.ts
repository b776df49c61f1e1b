import fc from 'fast-check';
import { queryString } from './query-string';

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
    expect(queryString(query)).toBe(written);
  });

  it.each([[{}], [() => 'x'], [Symbol('x')], [new Date(Number.NaN)], ['\ud800'], [[['x']]]])('refuses %p', (value) => {
    expect(() => queryString({ a: value })).toThrow(expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }));
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.array(fc.string())), (query) => {
        const pairs = Object.entries(query).flatMap(([key, values]) => values.map((value) => [key, value]));
        expect([...new URLSearchParams(queryString(query))]).toEqual(pairs);
      }),
    );
  });
});
