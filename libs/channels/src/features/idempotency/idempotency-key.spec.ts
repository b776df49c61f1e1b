import { findIdempotencyKey } from './idempotency-key';

const keyIn = (value: string) => findIdempotencyKey(['Host', 'bus', 'Idempotency-Key', value]);

describe('the Idempotency-Key of a request', () => {
  it.each([
    '"k"',
    'k',
    ' "k" ',
    '"k";a=1',
    '"k"; a=1; b',
    '"k";a=-1.5;b="x;\\"y";c=tok/en:*;d=:YWI=:;e=?0;f=@1659578233;g=%"f%c3%bc"',
    '"k";*a-b_c.d=1',
  ])('is k in %s', (value) => {
    expect(keyIn(value)).toBe('k');
  });

  it('includes text within the quotes that looks like a parameter', () => {
    expect(keyIn('"k;a=1";b=2')).toBe('k;a=1');
  });

  it.each(['"k";', '"k";A=1', '"k";a=', '"k";a="x', '"k" ;a=1', '"k";a=1, "l"', '"k"a', '"k";a=1.', '"k";a=(1 2)'])(
    'is rejected in %s',
    (value) => {
      expect(() => keyIn(value)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
    },
  );

  it('is rejected in a long value that is malformed at its end', () => {
    const hostile = `"k"${';a=1'.repeat(4_000)};a="`;

    expect(() => keyIn(hostile)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  });
});
