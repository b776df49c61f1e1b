import fc from 'fast-check';
import { toCanonicalJson } from './canonical-json';

describe('canonical JSON', () => {
  it('is independent of the order of members', () => {
    expect(toCanonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
    expect(toCanonicalJson({ a: 'x', b: [{ c: null, d: 1 }] })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
  });

  it('depends on all values and names', () => {
    const texts = [undefined, null, '', {}, [], [1, 2], [2, 1], { a: 1 }, { a: '1' }].map(toCanonicalJson);

    expect(new Set(texts).size).toBe(texts.length);
  });

  it('parses to the value that it was serialized from', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(toCanonicalJson(plain))).toEqual(plain);
      }),
    );
  });
});
