import { EventEmitter } from 'node:events';
import { createServer, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { BusError, recordService } from '@trunkline/failures';
import { toPlainValue } from './plain-value';

const hostile = (): never => {
  throw new Error('do not look');
};

describe('a plain value', () => {
  it.each([['text'], [''], [0], [-1.5], [true], [null], [undefined], [[1, ['a']]], [{ a: { b: [null] } }]])(
    'leaves plain data as it is: %j',
    (value) => {
      expect(toPlainValue(value)).toEqual(value);
    },
  );

  it.each([
    [12345678901234567890n, '12345678901234567890'],
    [Symbol('s'), 'Symbol(s)'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), null],
    [new URL('http://example.com/a?b'), 'http://example.com/a?b'],
    [/a+/gi, '/a+/gi'],
    [
      new Map<unknown, unknown>([
        [1, 'one'],
        ['two', new Map([['b', 2]])],
      ]),
      { 1: 'one', two: { b: 2 } },
    ],
    [new Set([1, new Set([2])]), [1, [2]]],
    [{ toJSON: () => ({ as: 'it says' }) }, { as: 'it says' }],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])('writes %p as %j', (value, plain) => {
    expect(toPlainValue(value)).toEqual(plain);
  });

  it.each([
    [Buffer.from('canary'), '[Buffer]'],
    [new Uint8Array(3), '[Uint8Array]'],
    [new ArrayBuffer(3), '[ArrayBuffer]'],
    [Promise.resolve('canary'), '[Promise]'],
    [new PassThrough(), '[PassThrough]'],
    [new Socket(), '[Socket]'],
    [new IncomingMessage(new Socket()), '[IncomingMessage]'],
    [createServer(), '[Server]'],
    [new EventEmitter(), '[EventEmitter]'],
    [{ raw: new PassThrough(), body: 'canary' }, '[Object]'],
  ])('replaces an object without loggable content by its name: %#', (value, name) => {
    expect(toPlainValue(value)).toBe(name);
  });

  it('omits functions, like JSON', () => {
    expect(toPlainValue({ fn: hostile, a: 1 })).toEqual({ a: 1 });
  });

  it('ends at a cycle, but not at a repeated object', () => {
    const shared = { a: 1 };
    const cycle: Record<string, unknown> = { first: shared, second: shared };
    cycle['self'] = cycle;
    cycle['list'] = [cycle];

    expect(toPlainValue(cycle)).toEqual({
      first: { a: 1 },
      second: { a: 1 },
      self: '[circular]',
      list: ['[circular]'],
    });
  });

  it('has a limited depth', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100_000; level++) deep = { deep };

    expect(JSON.stringify(toPlainValue(deep))).toBe(`${'{"deep":'.repeat(9)}"[deeper]"${'}'.repeat(9)}`);
  });

  it('has a limited breadth, with the number of omitted entries', () => {
    const list = toPlainValue(Array.from({ length: 250 }, (_, index) => index));
    const object = toPlainValue(Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`key${index}`, index])));

    expect(list).toHaveLength(101);
    expect(list).toContain('… and 150 more');
    expect(Object.keys(object ?? {})).toHaveLength(101);
    expect(object).toHaveProperty('…', 'and 150 more');
  });

  it('marks unreadable values, and keeps the rest', () => {
    const proxy = new Proxy({}, { get: hostile, has: hostile, ownKeys: hostile, getPrototypeOf: hostile });
    const getter = {
      get bad() {
        return hostile();
      },
      good: 1,
    };

    expect(toPlainValue({ proxy, getter, toJSON: 1 })).toEqual({
      proxy: '[unreadable]',
      getter: { bad: '[unreadable]', good: 1 },
      toJSON: 1,
    });
    expect(toPlainValue({ toJSON: hostile })).toBe('[unreadable]');
  });

  it('never touches a prototype', () => {
    const plain = toPlainValue(JSON.parse('{"__proto__":{"polluted":true}}'));

    expect(JSON.stringify(plain)).toBe('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
  });
});

describe('an error in a log line', () => {
  it('has type, message, code, stack and its causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', address: '10.0.0.7' });

    expect(toPlainValue(new TypeError('failed', { cause }))).toEqual({
      type: 'TypeError',
      message: 'failed',
      stack: expect.stringContaining('TypeError: failed\n    at '),
      cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', stack: expect.any(String) },
    });
  });

  it('of the bus has its kind and the services it passed through', () => {
    const failure = new BusError('x', { kind: 'conflict', data: { internal: 'canary' } });
    recordService(failure, 'order.create');

    const plain = toPlainValue({ deep: [failure] });

    expect(plain).toMatchObject({
      deep: [{ type: 'BusError', code: 'CONFLICT', kind: 'conflict', services: ['order.create'] }],
    });
    expect(JSON.stringify(plain)).not.toContain('canary');
  });

  it('has the errors of an AggregateError', () => {
    const plain = toPlainValue(new AggregateError([new Error('a'), 'b'], 'all failed'));

    expect(plain).toMatchObject({ type: 'AggregateError', message: 'all failed', errors: [{ message: 'a' }, 'b'] });
  });

  it('can be its own cause', () => {
    const error = new Error('x');
    error.cause = error;

    expect(toPlainValue(error)).toMatchObject({ message: 'x', cause: '[circular]' });
  });

  it('is truncated if its causes are endless', () => {
    let error = new Error('root');
    for (let level = 0; level < 1_000; level++) error = new Error('x', { cause: error });

    expect(JSON.stringify(toPlainValue(error)).match(/"message"/g)).toHaveLength(9);
  });

  it('is recognized from any realm and class', () => {
    expect(toPlainValue(runInNewContext('new RangeError("elsewhere")'))).toMatchObject({
      type: 'RangeError',
      message: 'elsewhere',
    });
    expect(toPlainValue(new DOMException('stopped', 'AbortError'))).toMatchObject({
      type: 'AbortError',
      message: 'stopped',
    });
    class HomeMade extends Error {}
    expect(toPlainValue(new HomeMade('x'))).toMatchObject({ type: 'HomeMade' });
  });

  it('is written without its unreadable members', () => {
    const error = Object.defineProperty(new Error('x'), 'cause', { get: hostile });

    expect(toPlainValue(error)).toMatchObject({ type: 'Error', message: 'x', stack: expect.any(String) });
  });
});

describe("an HTTP client's error", () => {
  const CANARY = 'canary-5e2b';

  /** Errors like those of axios. */
  class AxiosError extends Error {
    readonly isAxiosError = true;
    override readonly name = 'AxiosError';
    readonly code = 'ERR_BAD_RESPONSE';
    readonly config = { headers: { Accept: CANARY }, data: CANARY, auth: { username: CANARY } };
    readonly request = { path: CANARY, socket: { remote: CANARY } };
    readonly response = {
      status: 500,
      statusText: CANARY,
      headers: { a: CANARY },
      data: CANARY,
      config: this.config,
      request: this.request,
    };

    toJSON() {
      return { message: this.message, name: this.name, stack: this.stack, config: this.config, code: this.code };
    }
  }

  const error = new AxiosError('Request failed with status code 500');

  it.each([
    ['under any name', { upstream: error }],
    ['deep inside', { a: [{ b: new Map([['c', error]]) }] }],
    ['as a cause', new Error('x', { cause: error })],
    ['in an AggregateError', new AggregateError([error])],
    ['copied into a plain object', { copy: Object.assign({}, error) }],
    ['as its own JSON', { json: error.toJSON() }],
    ['by its response', { response: error.response }],
    ['without its class', { bare: { isAxiosError: true, config: error.config } }],
  ])('never shows its configuration, request or response: %s', (_where, value) => {
    expect(JSON.stringify(toPlainValue(value))).not.toContain(CANARY);
  });

  it('shows what happened', () => {
    expect(toPlainValue(error)).toMatchObject({
      type: 'AxiosError',
      code: 'ERR_BAD_RESPONSE',
      message: 'Request failed with status code 500',
    });
    expect(toPlainValue(error.response)).toEqual({ status: 500 });
  });
});
