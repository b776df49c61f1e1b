import { BusError } from '@trunkline/failures';
import fc from 'fast-check';
import { PathTemplate, getPathTemplate } from './path-template';

const fill = (template: string, parameters?: Readonly<Record<string, unknown>>) =>
  new PathTemplate(template).fill(parameters);
const REFUSED = expect.objectContaining({ status: 400, code: 'BAD_REQUEST', kind: 'malformed' });
const refused = (template: string, parameters?: Readonly<Record<string, unknown>>) => {
  expect(() => fill(template, parameters)).toThrow(REFUSED);
};

describe('a path template', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['/things/{id}', { id: 'a' }, '/things/a'],
    ['/things/{id}', { id: 17 }, '/things/17'],
    ['/things/{id}', { id: 0 }, '/things/0'],
    ['/things/{id}', { id: false }, '/things/false'],
    ['/things/{id}', { id: 12345678901234567890n }, '/things/12345678901234567890'],
    ['/{a}/{b}', { a: 'x', b: 'y', c: 'z' }, '/x/y'],
    ['/{a}-{b}.json', { a: 'x', b: 'y' }, '/x-y.json'],
    ['/{id}', { id: 'a b/c?d#e&f' }, '/a%20b%2Fc%3Fd%23e%26f'],
    ['/{id}', { id: 'Grüße ☃' }, '/Gr%C3%BC%C3%9Fe%20%E2%98%83'],
    ['/{id}', { id: '100%' }, '/100%25'],
    ['/{id}', { id: '...' }, '/...'],
    ['/{id}', { id: 'a..b' }, '/a..b'],
    ['/Grüße/{id}', { id: 'x' }, '/Gr%C3%BC%C3%9Fe/x'],
    ['/a%2Fb', {}, '/a%2Fb'],
    ['', {}, ''],
    ['/', {}, '/'],
  ])('%s with %j is %s', (template, parameters, path) => {
    expect(fill(template, parameters)).toBe(path);
  });

  it.each([[undefined], [null], [''], [{}], [['a']], [() => 'a'], [Symbol('a')]])(
    'rejects %p as a parameter: it is missing, empty or no scalar',
    (id) => {
      refused('/things/{id}', { id });
    },
  );

  it('reads no parameter from a prototype', () => {
    refused('/{constructor}', {});
  });

  it.each([
    '.',
    '..',
    '../admin',
    'a/../admin',
    'a/..',
    './a',
    '/../a',
    '..;/admin',
    '..;x',
    'a\\b',
    '..\\admin',
    '%2e%2e',
    '%2E%2e%2fadmin',
    '%252e%252e%252fadmin',
    '%25252e%25252e',
    '%zz%2e%2e%2f..',
    '..%00',
    'a\u0000b',
    'a\nb',
    'a\r\nX-Evil: 1',
    'a%0d%0aX-Evil: 1',
    '\u007f',
    '\u0085',
    '%5c..%5c',
    '\ud800',
  ])('refuses the parameter %j', (id) => {
    refused('/things/{id}', { id });
  });

  it.each([
    'things',
    'http://evil.test/things',
    '//evil.test/things',
    '/things/../admin',
    '/./things',
    '/things/..',
    '/things/%2e%2e/admin',
    '/things/%2E./admin',
    '/things/..%2fadmin',
    '/things/..;/admin',
    '/things\\..\\admin',
    '/things?admin=1',
    '/things#x',
    '/things/{id',
    '/things/id}',
    '/things/{}',
    '/things/%zz',
    '/things/%c0%ae',
    '/a b',
    '/a\r\nb',
    '/a\u0000',
    '/\ud800',
  ])('is rejected if it is %j', (template) => {
    refused(template);
  });

  it('stays below its prefix for all parameters, which the server can decode again', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          '.',
          '/',
          '\\',
          '%',
          '2',
          'e',
          'f',
          '5',
          'c',
          ';',
          '\u0000',
          '\r',
          '?',
          '#',
          '@',
          ':',
          'a',
        ),
      }),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        let path: string;
        try {
          path = `/v2${fill('/{a}/x/{b}', { a, b })}`;
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BusError);
          return;
        }
        const url = new URL(`https://api.test${path}`);
        const [, prefix, first, x, second, ...rest] = url.pathname.split('/');
        expect([url.host, url.protocol, prefix, x, rest, url.search, url.hash]).toEqual([
          'api.test',
          'https:',
          'v2',
          'x',
          [],
          '',
          '',
        ]);
        expect([first, second].map((part) => decodeURIComponent(part ?? ''))).toEqual([a, b]);
      }),
      { numRuns: 500 },
    );
  });

  it('stays below its prefix for any text', () => {
    const parts = fc.constantFrom(
      '/',
      '.',
      '..',
      '\\',
      '%2e',
      '%2f',
      '%252e',
      '{a}',
      'a',
      ';',
      '//',
      '?',
      '#',
      '@evil.test',
      ':',
    );
    fc.assert(
      fc.property(
        fc.array(parts).map((list) => list.join('')),
        (template) => {
          try {
            const url = new URL(`https://api.test/v2${fill(template, { a: 'a' })}`);
            expect(url.host).toBe('api.test');
            expect(url.pathname).toMatch(/^\/v2(?:\/|$)/);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(BusError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('templates that have been seen', () => {
  it('are compiled once', () => {
    expect(getPathTemplate('/things/{id}')).toBe(getPathTemplate('/things/{id}'));
  });

  it('are kept up to a number', () => {
    const first = getPathTemplate('/first');

    for (let index = 0; index < 1_001; index += 1) getPathTemplate(`/made/of/data/${index}`);

    expect(getPathTemplate('/first')).not.toBe(first);
  });
});
