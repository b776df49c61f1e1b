import { InternalError } from '../errors/internal-error';
import { assertNoPromise } from './assert-no-promise';

const check = (value: unknown) => () => assertNoPromise(JSON.stringify(value), value, 'the payload of greet');
const promise = Promise.resolve(1);
/** A thenable, like the query builder of a library. */
class Thenable {
  // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
  then(): void {}
}
const thenable = new Thenable();
const shared = { deep: promise };

describe('assertNoPromise', () => {
  it.each([
    [{ w: promise }, '/w'],
    [{ list: [1, { 'a/b~c': promise }] }, '/list/1/a~1b~0c'],
    [{ first: {}, second: thenable }, '/second'],
    [{ a: { toJSON: () => ({ later: promise }) } }, '/a/later'],
    [{ a: { toJSON: async () => 'late' } }, '/a'],
    [{ '': shared, b: shared }, '//deep'],
    [promise, '#'],
  ])('rejects a value that holds a promise, with the pointer to it: %j', (value, pointer) => {
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
  ])('accepts a value without promises: %j', (value) => {
    expect(check(value)).not.toThrow();
  });

  it('ignores a promise that JSON does not serialize', () => {
    const value = Object.defineProperty({ a: {} }, 'hidden', { value: promise, enumerable: false });

    expect(check(value)).not.toThrow();
  });
});
