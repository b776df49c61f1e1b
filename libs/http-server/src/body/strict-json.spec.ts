import * as fc from 'fast-check';
import { parseStrictJson } from './strict-json';

const LIMITS = { maxDepth: 64 };
const parse = (text: string) => parseStrictJson(Buffer.from(text), LIMITS);

describe('strict JSON', () => {
  it('is what JSON.parse makes of it, or refused as a malformed body', () => {
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
  ])('refuses the number in %s, which would change, and says where it is', (text, pointer) => {
    const detail = `the number at ${pointer} would lose digits: send it as a string`;

    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'MALFORMED_BODY', detail }));
  });

  it.each(['9007199254740992', '1e21', '1e22', '6.02214076e23', '1.7976931348623157e308', '0.1', '-0', '100e-2'])(
    'takes the number %s, which its double gives back',
    (text) => {
      expect(parse(text)).toBe(JSON.parse(text));
    },
  );

  it('takes as many levels as it may, and no more', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

    expect(() => parse(nested(64))).not.toThrow();
    expect(() => parse(nested(65))).toThrow('Malformed body');
    expect(() => parse(nested(100_000))).toThrow('Malformed body');
  });

  it('takes 10 000 members in an object, and no more', () => {
    const members = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1])));

    expect(() => parse(members(10_000))).not.toThrow();
    expect(() => parse(members(10_001))).toThrow('Malformed body');
  });

  it.each(['{"__proto__":1}', '{"\\u005f\\u005fproto__":1}', '{"constructor":{"prototype":1}}'])(
    'refuses %s',
    (text) => {
      expect(() => parse(text)).toThrow('Malformed body');
    },
  );

  it('takes a member that is called constructor, which is a word like others', () => {
    expect(parse('{"constructor":"Gaudí"}')).toEqual({ constructor: 'Gaudí' });
  });

  it.each([
    ['{"a":1,"a":2}', '#/a'],
    ['{"a":1,"\\u0061":2}', '#/a'],
    ['[{"b":"x:y"},{"a":[1,{"c":[]}],"b":{},"a":null}]', '#/1/a'],
    ['{"a":{"b/c":"\\\\","d":"\\"","b/c":":"}}', '#/a/b~1c'],
    ['{"":[],"a":[[],{"":1}],"":0}', '#/'],
  ])('refuses %s, which has a member twice, and says where', (text, pointer) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_BODY', detail: `the body has ${pointer} twice` }),
    );
  });

  it('does not repeat a name that is too long to be of use', () => {
    const name = 'x'.repeat(10_000);

    expect(() => parse(`{"${name}":1,"${name}":2}`)).toThrow(
      expect.objectContaining({ detail: 'the body has a member twice' }),
    );
  });

  it('refuses a member twice wherever it stands, and nothing else for it', () => {
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
        let isRefused = false;
        try {
          parse(text);
        } catch {
          isRefused = true;
        }
        expect(isRefused).toBe(
          JSON.stringify(JSON.parse(text)).length !== text.replaceAll(/ (?=:)|(?<=,) /g, '').length,
        );
      }),
    );
  });

  it('never says what was sent', () => {
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
