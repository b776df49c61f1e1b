import * as fc from 'fast-check';
import { formatSuggestion, findNearestName } from './nearest-name';

describe('the nearest name', () => {
  it.each([
    ['timeot', 'timeout', 'a letter is missing'],
    ['timeoutt', 'timeout', 'a letter is too many'],
    ['timeput', 'timeout', 'a letter is another'],
    ['tiemout', 'timeout', 'two letters are swapped'],
    ['tmeotu', 'timeout', 'two slips were made'],
    ['TimeOut', 'timeout', 'the case differs'],
    ['GTE', 'GET', 'a short name has one slip'],
  ])('of %s is %s: %s', (name, expected) => {
    expect(findNearestName(name, ['path', 'timeout', 'GET'])).toBe(expected);
  });

  it('is none if three typing errors would be needed', () => {
    expect(findNearestName('tmoutx', ['timeout'])).toBeUndefined();
  });

  it('is none if a short name has two typing errors', () => {
    expect(findNearestName('GXX', ['GET'])).toBeUndefined();
  });

  it('is the closest of several, and the first of those equally close', () => {
    expect(findNearestName('order.creat', ['order.delete', 'order.created', 'order.create', 'order.creates'])).toBe(
      'order.create',
    );
    expect(findNearestName('b.get', ['a.get', 'c.get'])).toBe('a.get');
  });

  it('is found after the deletion of any character', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 5, maxLength: 40, unit: fc.constantFrom('a', 'b', '.') }),
        fc.nat(),
        (name, at) => {
          const index = at % name.length;

          expect(findNearestName(name.slice(0, index) + name.slice(index + 1), [name])).toBe(name);
        },
      ),
    );
  });

  it('is suggested as a question at the end of a message, if there is one', () => {
    expect(`unknown key${formatSuggestion('timeot', ['timeout'])}`).toBe('unknown key, did you mean `timeout`?');
    expect(`unknown key${formatSuggestion('colour', ['timeout'])}`).toBe('unknown key');
  });
});
