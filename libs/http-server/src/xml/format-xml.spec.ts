import { formatXml, XmlValueError } from './format-xml';
import { MalformedXmlError } from './malformed-xml-error';
import { parseXml } from './parse-xml';

const LIMITS = { maxDepth: 100 };

describe('XML', () => {
  it.each([
    { order: { '@id': '7', sku: 'A&B <"\'>', line: ['1', '2'], note: { '@lang': 'de\n\t"', '#text': 'Grüße' } } },
    { 'o:order': { '@xmlns:o': 'urn:orders', 'o:sku': ']]>' } },
    { Ünïcode: 'a\rb 😀' },
  ])('is read as it was written: %j', (document) => {
    expect(parseXml(formatXml(document), LIMITS)).toEqual(document);
  });

  it('has no value that contains itself', () => {
    const cycle: Record<string, unknown> = {};
    cycle['a'] = cycle;

    expect(() => formatXml(cycle)).toThrow(XmlValueError);
  });

  it.each([
    ['half a character', '\ud800'],
    ['a control character', 'a\u0001'],
    ['a number without digits', Number.POSITIVE_INFINITY],
    ['no date', new Date(Number.NaN)],
    ['a function', () => 1],
    ['a list in a list', [[1]]],
  ])('is not written with %s', (_what, value) => {
    expect(() => formatXml({ a: { b: value } })).toThrow(XmlValueError);
  });

  it('says every problem of a text that it finds before parsing', () => {
    const parse = () => parseXml('<!DOCTYPE o><o>&nbsp;</o>', { ...LIMITS, maxElements: 1 });

    expect(parse).toThrow(MalformedXmlError);
    expect(parse).toThrow(/document type.*; .*entity other.*; .*more than 1 elements/);
  });
});
