import fc from 'fast-check';
import { type NumberRule, parseJson } from './strict-json';
import { UnreadableBodyError } from '../response/unreadable-body-error';

const parse = (text: string, numbers: NumberRule = 'exact') => parseJson(Buffer.from(text), numbers);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('strict JSON', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parse(text, 'lenient')).toEqual(JSON.parse(text));
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
    expect(() => parseJson(Buffer.from(bytes), 'exact')).toThrow('is not UTF-8');
  });

  it('may start with a byte order mark', () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it('is nested at most 512 levels deep', () => {
    expect(parse(nested(512))).toBeInstanceOf(Array);
    expect(() => parse(nested(513))).toThrow('is nested too deep');
    expect(() => parse(`[${'{"a":'.repeat(512)}1${'}'.repeat(512)}]`)).toThrow('is nested too deep');
  });

  it('is not deep because of brackets in its strings', () => {
    const text = `"\\\\\\"${'['.repeat(2_000)}\\\\"`;

    expect(parse(`[${text},${text}]`)).toHaveLength(2);
  });

  it('quotes nothing of the body in its error', () => {
    expect(() => parse('{"password":"canary"')).toThrow(/^is not JSON$/);
  });
});

describe('numbers that a double cannot hold', () => {
  const text = '{"id":9007199254740993,"n":[12345678901234567890],"e":1e400,"ok":1.5,"s":"9007199254740993"}';

  it('are rejected, and the first is pointed out', () => {
    expect(() => parse(text)).toThrow('has a number at #/id that a double cannot hold');
    expect(() => parse('[{"a/b":-1e400}]')).toThrow('#/0/a~1b');
  });

  it('are read as text where that is the rule', () => {
    expect(parse(text, 'text')).toEqual({
      id: '9007199254740993',
      n: ['12345678901234567890'],
      e: '1e400',
      ok: 1.5,
      s: '9007199254740993',
    });
    expect(parse('9007199254740993', 'text')).toBe('9007199254740993');
  });

  it('are rounded where that is the rule', () => {
    expect(parse(text, 'lenient')).toEqual(JSON.parse(text));
  });

  it.each<NumberRule>(['exact', 'text', 'lenient'])('are not those that the double gives back: %s', (rule) => {
    expect(parse('[1e22,6.02214076e23,0.1,9007199254740992,0.10000000000000001]', rule)).toEqual([
      1e22, 6.02214076e23, 0.1, 9007199254740992, 0.1,
    ]);
  });

  it('do not fill the log with a pointer of any length', () => {
    expect(() => parse(`{"${'x'.repeat(10_000)}":1e400}`)).toThrow(/^has a number at a place without a short pointer/);
  });
});

describe('JSON in another charset than UTF-8', () => {
  const read = (bytes: Buffer, charset: string) => parseJson(bytes, 'exact', charset);

  it.each([
    ['iso-8859-1', Buffer.from('{"a":"Gaud\u00ed"}', 'latin1')],
    ['windows-1252', Buffer.from('{"a":"Gaud\u00ed"}', 'latin1')],
    ['utf-16le', Buffer.from('{"a":"Gaud\u00ed"}', 'utf16le')],
    ['utf-16', Buffer.from('\ufeff{"a":"Gaud\u00ed"}', 'utf16le')],
    ['utf-16', Buffer.from('\ufeff{"a":"Gaud\u00ed"}', 'utf16le').swap16()],
    ['iso-8859-1', Buffer.from('\ufeff{"a":"Gaud\u00ed"}')],
  ])('is decoded: %s', (charset, bytes) => {
    expect(read(bytes, charset)).toEqual({ a: 'Gaudí' });
  });

  it.each([
    ['utf-16le', Buffer.from([0x22, 0x00, 0x00, 0xd8, 0x22, 0x00]), 'is not in the charset that it declares'],
    ['x-unknown', Buffer.from('{}'), 'declares a charset that is not supported'],
  ])('is rejected where it cannot be: %s', (charset, bytes, message) => {
    expect(() => read(bytes, charset)).toThrow(message);
  });

  it('is nested no deeper than other JSON', () => {
    expect(() => read(Buffer.from(nested(513), 'utf16le'), 'utf-16le')).toThrow('is nested too deep');
  });
});
