import { InternalError } from '../errors/internal-error';
import { assertNoPromise } from './assert-no-promise';

const check = (value: unknown) => () => assertNoPromise(JSON.stringify(value), value, 'the payload of greet');
const promise = Promise.resolve(1);
/** A query builder of a library, for instance. */
class Thenable {
  // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
  then(): void {}
}
const thenable = new Thenable();
const shared = { deep: promise };

describe('a value that is to be JSON', () => {
  it.each([
    [{ w: promise }, '/w'],
    [{ list: [1, { 'a/b~c': promise }] }, '/list/1/a~1b~0c'],
    [{ first: {}, second: thenable }, '/second'],
    [{ a: { toJSON: () => ({ later: promise }) } }, '/a/later'],
    [{ a: { toJSON: async () => 'late' } }, '/a'],
    [{ '': shared, b: shared }, '//deep'],
    [promise, '#'],
  ])('is refused when it holds a promise, with the pointer to it: %j', (value, pointer) => {
    promise.catch(() => undefined);

    expect(check(value)).toThrow(InternalError);
    expect(check(value)).toThrow(`the payload of greet holds a promise at ${pointer}: is an await missing?`);
  });

  it.each([
    [{ a: {} }],
    [{ a: new Map(), b: '{}' }],
    [JSON.parse('{"then":1,"a":{}}')],
    [{ hidden: { toJSON: () => ({}) } }],
    [null],
  ])('is what it is without one: %j', (value) => {
    expect(check(value)).not.toThrow();
  });

  it('may hide a promise where JSON does not look', () => {
    const value = Object.defineProperty({ a: {} }, 'hidden', { value: promise, enumerable: false });

    expect(check(value)).not.toThrow();
  });
});
