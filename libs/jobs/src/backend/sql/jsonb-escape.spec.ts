import fc from 'fast-check';
import { unescapeJson, unescapeValue, escapeJson, escapeValue } from './jsonb-escape';

/** Whether PostgreSQL rejects a text as `jsonb`. */
function isRejectedByJsonb(json: string): boolean {
  const texts: string[] = [];
  JSON.parse(json, (name, value: unknown) => {
    texts.push(name, typeof value === 'string' ? value : '');
    return value;
  });
  return texts.some((text) => /\0|\p{Surrogate}/u.test(text));
}

const texts = fc.array(
  fc.constantFrom('\0', '\ud800', '\udfff', '\u{1f600}', '\uFDD0', '\\', 'u0000', 'ud800', 'fdd0', '"', 'a'),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    texts.map((parts) => parts.join('')),
    fc.constantFrom(null, 0, true),
    fc.array(tie('value')),
    fc.dictionary(
      texts.map((parts) => parts.join('')),
      tie('value'),
    ),
  ),
})).value;

describe('JSON for PostgreSQL', () => {
  it('is accepted by jsonb, and restored with the names of its members', () => {
    fc.assert(
      fc.property(values, (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const stored = escapeJson(JSON.stringify(plain));

        expect(isRejectedByJsonb(stored)).toBe(false);
        expect(unescapeValue(JSON.parse(stored))).toEqual(plain);
        expect(JSON.parse(unescapeJson(stored))).toEqual(plain);
        expect(unescapeValue(escapeValue(plain))).toEqual(plain);
      }),
    );
  });

  it('is the same object if it needs no escape', () => {
    const value = { text: String.raw`a \u0000 that is written out, and an \ud83d`, list: [1, { a: 'ü\u{1f600}' }] };
    const json = JSON.stringify({ a: 'ü\u{1f600}' });

    expect(escapeJson(json)).toBe(json);
    expect(unescapeValue(value)).toBe(value);
    expect(escapeValue(undefined)).toBeUndefined();
  });

  it('keeps a member named __proto__', () => {
    const value: unknown = JSON.parse('{"__proto__":"\\u0000"}');

    expect(Object.keys(unescapeValue(escapeValue(value)) as object)).toEqual(['__proto__']);
  });
});
