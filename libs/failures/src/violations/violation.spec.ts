import * as fc from 'fast-check';
import { sortByPointer, violationAt } from './violation';

const pointer = (...path: PropertyKey[]) => violationAt(path, 'is wrong', 'rule').pointer;
const field = (...path: PropertyKey[]) => violationAt(path, 'is wrong', 'rule').field;

/** RFC 6901 §4 and §6. */
const resolve = (text: string) =>
  text
    .split('/')
    .slice(1)
    .map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'));

describe('a violation', () => {
  it('has its place as a JSON Pointer and as a readable path', () => {
    expect(violationAt(['items', 0, 'sku'], 'sku is required', 'isNotEmpty')).toEqual({
      pointer: '#/items/0/sku',
      field: 'items[0].sku',
      detail: 'sku is required',
      rule: 'isNotEmpty',
    });
  });

  it('is about the whole input without a path', () => {
    expect(pointer()).toBe('#');
    expect(field()).toBe('');
  });

  it('treats an index in text form as an index', () => {
    expect(field('items', '10', 'sku')).toBe('items[10].sku');
  });

  it('escapes special characters of pointers and URIs', () => {
    expect(pointer('a/b', 'm~n', 'c d', 'é')).toBe('#/a~1b/m~0n/c%20d/%C3%A9');
  });

  it('points to any key, including lone surrogates', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (path) => {
        expect(resolve(pointer(...path))).toEqual(path.map((key) => key.replaceAll(/\p{Surrogate}/gu, '\u{fffd}')));
      }),
    );
    expect(pointer('\ud800')).toBe('#/%EF%BF%BD');
  });
});

describe('the order of violations', () => {
  it('follows their pointers, indices as numbers', () => {
    const paths = [['items', 10], ['items', 2], ['b'], ['a'], []];

    const ordered = sortByPointer(paths.map((path) => violationAt(path, '', '')));

    expect(ordered.map((violation) => violation.pointer)).toEqual(['#', '#/a', '#/b', '#/items/2', '#/items/10']);
  });
});
