import fc from 'fast-check';
import { findInexactNumbers, isExactNumber, findNumberPointer } from './exact-numbers';

const listInexact = (json: string) => findInexactNumbers(json).map(({ start, end }) => json.slice(start, end));

describe('a number', () => {
  it.each([
    ['0', '-0', '-0.0', '0e400', '1.0', '1e2', '100e-2', '-1E+2', '0.1', '0.30000000000000004'],
    ['9007199254740991', '9007199254740992', '90071992547409920', '100000000000000000000000', '1e22', '1E22', '10e21'],
    ['6.02214076e23', '1.7976931348623157e308', '5e-324', '123456789012345680000', '0.0000000000000000001'],
    ['0.10000000000000001', '0.69999999999999996'],
  ])('is exact if its double prints as the same number: %s', (...literals) => {
    expect(literals.filter((literal) => !isExactNumber(literal))).toEqual([]);
  });

  it.each([
    ['9007199254740993', '-9007199254740993', '9007199254740993.0', '9007199254740991.4', '12345678901234567890'],
    ['1152921504606846976', '1e400', '-1e400', '1e-400', '3e-324', '3.141592653589793238', '1.0000000000000001'],
    ['9007199254740993e0', '90071992547409930e-1', '900719925474099.3e1', '0.33333333333333333333'],
  ])('is inexact if its digits would change: %s', (...literals) => {
    expect(literals.filter((literal) => isExactNumber(literal))).toEqual([]);
  });

  it('is exact if JavaScript has printed it, with up to 17 digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(isExactNumber(JSON.stringify(value))).toBe(true);
        expect(isExactNumber(value.toExponential())).toBe(true);
        if (!Number.isInteger(value)) expect(isExactNumber(value.toPrecision(17))).toBe(true);
      }),
    );
  });

  it('is exact as an integer if and only if JSON preserves it', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 69n), 2n ** 69n), (value) => {
        expect(isExactNumber(String(value))).toBe(BigInt(JSON.stringify(Number(value))) === value);
      }),
    );
  });

  it('is parsed in time proportional to its length', () => {
    expect(isExactNumber(`1${'0'.repeat(200_000)}1e-200000`)).toBe(false);
    expect(isExactNumber(`0.${'0'.repeat(200_000)}1e200001`)).toBe(true);
  });
});

describe('the inexact numbers of a JSON text', () => {
  it.each([
    [
      '{"id":9007199254740993,"n":12345678901234567890,"e":1e400}',
      ['9007199254740993', '12345678901234567890', '1e400'],
    ],
    ['9007199254740993', ['9007199254740993']],
    ['-1e400', ['-1e400']],
    ['[ 1 ,\n-9007199254740993\t]', ['-9007199254740993']],
    ['[1e22,6.02214076e23,0.1,1.5e10]', []],
    ['{"a":"9007199254740993","9007199254740993":1}', []],
    ['{"a":"\\\\\\",9007199254740993","b\\\\":[2,{"c":1e999}]}', ['1e999']],
    ['{"a":"x, 9007199254740993"}', []],
  ])('are found outside strings: %s', (json, literals) => {
    expect(listInexact(json)).toEqual(literals);
  });

  it('are found at any place, without false positives', () => {
    const literals = fc.oneof(
      fc.constantFrom('0', '1', '-1.5', '1e2', '1e22', '9007199254740993', '1e400', '0.12345678901234567890'),
      fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    );
    const space = fc.constantFrom('', ' ', '\n\t');
    const item = fc.tuple(
      space,
      fc.oneof(
        literals,
        fc.string().map((text) => JSON.stringify(text)),
      ),
      space,
    );

    fc.assert(
      fc.property(fc.array(item), (items) => {
        const json = `[${items.map((parts) => parts.join('')).join()}]`;
        const wanted = items.map(([, text]) => text).filter((text) => !text.startsWith('"') && !isExactNumber(text));
        expect(listInexact(json)).toEqual(wanted);
      }),
    );
  });

  it.each([
    ['{"a":[1,{"b/c":9007199254740993}]}', '#/a/1/b~1c'],
    ['9007199254740993', '#'],
    ['{"\u{e000}":["\u{e000}\u{e000}",1e400]}', '#/%EE%80%80/1'],
    ['{"a":1e400,"a":1}', undefined],
  ])('are reported by their pointers: %s', (json, pointer) => {
    const [place] = findInexactNumbers(json);

    expect(place && findNumberPointer(json, place)).toBe(pointer);
  });
});
