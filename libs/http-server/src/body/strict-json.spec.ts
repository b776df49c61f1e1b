import * as fc from 'fast-check';
import { parseStrictJson } from './strict-json';

const LIMITS = { maxDepth: 64 };
const parse = (text: string) => parseStrictJson(Buffer.from(text), LIMITS);

describe('Strict JSON', () => {
  it('is parsed as by JSON.parse, or rejected as a malformed body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 8 }), fc.string()), (text) => {
        let value: unknown;
        try {
          value = parse(text);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'MALFORMED_BODY', status: 400 });
          return;
        }
        expect(value).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['9007199254740993', '#'],
    ['-9007199254740993', '#'],
    ['9007199254740993.0', '#'],
    ['[3.141592653589793238]', '#/0'],
    ['[1e-400]', '#/0'],
    ['[1,{"a":-1e999}]', '#/1/a'],
  ])('rejects a number in %s that would change, with its pointer', (text, pointer) => {
    const detail = `a number at ${pointer} would lose digits: send it as a string`;

    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'MALFORMED_BODY', detail }));
  });

  it.each(['9007199254740992', '1e21', '1e22', '6.02214076e23', '1.7976931348623157e308', '0.1', '-0', '100e-2'])(
    'accepts the number %s, which a double represents',
    (text) => {
      expect(parse(text)).toBe(JSON.parse(text));
    },
  );

  it('accepts values up to the maximum depth', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

    expect(() => parse(nested(64))).not.toThrow();
    expect(() => parse(nested(65))).toThrow('Malformed body');
    expect(() => parse(nested(100_000))).toThrow('Malformed body');
  });

  it('accepts at most 10 000 members in an object', () => {
    const members = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1])));

    expect(() => parse(members(10_000))).not.toThrow();
    expect(() => parse(members(10_001))).toThrow('Malformed body');
  });

  it.each(['{"__proto__":1}', '{"\\u005f\\u005fproto__":1}', '{"constructor":{"prototype":1}}'])(
    'rejects %s',
    (text) => {
      expect(() => parse(text)).toThrow('Malformed body');
    },
  );

  it('accepts a member named constructor that is not an object with a prototype', () => {
    expect(parse('{"constructor":"Gaudí"}')).toEqual({ constructor: 'Gaudí' });
  });

  it.each([
    ['{"a":1,"a":2}', '#/a'],
    ['{"a":1,"\\u0061":2}', '#/a'],
    ['[{"b":"x:y"},{"a":[1,{"c":[]}],"b":{},"a":null}]', '#/1/a'],
    ['{"a":{"b/c":"\\\\","d":"\\"","b/c":":"}}', '#/a/b~1c'],
    ['{"":[],"a":[[],{"":1}],"":0}', '#/'],
  ])('rejects %s, which has a duplicate member, with its pointer', (text, pointer) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_BODY', detail: `the body has a duplicate member at ${pointer}` }),
    );
  });

  it('leaves long names out of its message', () => {
    const name = 'x'.repeat(10_000);

    expect(() => parse(`{"${name}":1,"${name}":2}`)).toThrow(
      expect.objectContaining({ detail: 'the body has a duplicate member' }),
    );
  });

  it('rejects exactly the texts with a duplicate member, at any depth', () => {
    const names = fc.constantFrom('a', 'b', ':', '"', '\\', '{', ',"', '0', 'é');
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc
          .constantFrom('1', 'null', '[]', '{}', ':', ':"', '\\')
          .map((text) => (/^[\w[{]/.test(text) ? text : JSON.stringify(text))),
        fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
        fc
          .array(fc.tuple(names, tie('json')), { maxLength: 3 })
          .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)} :${value}`).join()}}`),
      ),
    }));

    fc.assert(
      fc.property(json, (text) => {
        let isRejected = false;
        try {
          parse(text);
        } catch {
          isRejected = true;
        }
        expect(isRejected).toBe(
          JSON.stringify(JSON.parse(text)).length !== text.replaceAll(/ (?=:)|(?<=,) /g, '').length,
        );
      }),
    );
  });

  it('leaves values of the body out of its message', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (secret) => {
        try {
          parse(`{"a": ${secret}`);
        } catch (thrown) {
          expect(String(thrown)).not.toContain(`{"a": ${secret}`);
        }
      }),
    );
  });
});
