import fc from 'fast-check';
import { parseJson } from './strict-json';
import { UnreadableBodyError } from './unreadable-body-error';

const parse = (text: string) => parseJson(Buffer.from(text));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('strict JSON', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['', ' ', '{', '{"a":1,}', "{'a':1}", 'undefined', '<html>', '{}{}', '{"a":NaN}', '\u0000'])(
    'is not %j',
    (text) => {
      expect(() => parse(text)).toThrow(UnreadableBodyError);
    },
  );

  it.each([
    [[0x22, 0xff, 0x22]],
    [[0x22, 0xc0, 0xae, 0x22]],
    [[0x22, 0xed, 0xa0, 0x80, 0x22]],
    [[0xff, 0xfe, 0x7b, 0x00]],
  ])('is UTF-8, which %j is not', (bytes) => {
    expect(() => parseJson(Buffer.from(bytes))).toThrow('is not UTF-8');
  });

  it('may begin with a byte order mark', () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it('is nested at most 512 levels deep', () => {
    expect(parse(nested(512))).toBeInstanceOf(Array);
    expect(() => parse(nested(513))).toThrow('is nested too deep');
    expect(() => parse(`[${'{"a":'.repeat(512)}1${'}'.repeat(512)}]`)).toThrow('is nested too deep');
  });

  it('is not taken for deep because of what its texts say', () => {
    const text = `"\\\\\\"${'['.repeat(2_000)}\\\\"`;

    expect(parse(`[${text},${text}]`)).toHaveLength(2);
  });

  it('shows nothing of what it is not', () => {
    expect(() => parse('{"password":"canary"')).toThrow(/^is not JSON$/);
  });
});
