import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import { createLogger, type LoggerOptions } from './create-logger';
import type { LogLevel } from './logger';

/** A destination that records its input. */
class Recorder extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  get lines() {
    return this.text.split('\n').slice(0, -1);
  }

  get entries() {
    return this.lines.map((line) => JSON.parse(line));
  }
}

const record = (options: LoggerOptions = {}) => {
  const recorder = new Recorder();
  return { logger: createLogger({ ...options, destination: recorder }), recorder };
};

function refuse(): never {
  throw new Error('no');
}

function hostile(...names: readonly string[]): object {
  return Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { get: refuse, enumerable: true }])),
  );
}

describe('a logger', () => {
  it('writes one line of JSON: level, time, fields, message', () => {
    const { logger, recorder } = record();

    logger.info({ connection: 'CRM', attempt: 2 }, 'outgoing call will be retried');

    expect(recorder.entries).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        connection: 'CRM',
        attempt: 2,
        msg: 'outgoing call will be retried',
      },
    ]);
    expect(recorder.lines[0]).toMatch(/^{"level":"info","time":"[^"]*","connection":"CRM","attempt":2,"msg":/);
  });

  it('writes a message without fields', () => {
    const { logger, recorder } = record();

    logger.warn('disk is nearly full');

    expect(recorder.entries).toMatchObject([{ level: 'warn', msg: 'disk is nearly full' }]);
  });

  it('writes its name, but neither process nor host', () => {
    const { logger, recorder } = record({ name: 'storefront' });

    logger.info('x');

    expect(Object.keys(recorder.entries[0])).toEqual(['level', 'time', 'name', 'msg']);
    expect(recorder.entries[0].name).toBe('storefront');
  });

  it.each<[LogLevel, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ])('of level %s writes %j', (level, written) => {
    const { logger, recorder } = record({ level });

    for (const each of ['debug', 'info', 'warn', 'error'] as const) {
      logger[each]('x');
      expect(logger.isLevelEnabled(each)).toBe(written.includes(each));
    }

    expect(recorder.entries.map((entry) => entry.level)).toEqual(written);
  });

  it('has the level info by default', () => {
    expect(record().logger.isLevelEnabled('info')).toBe(true);
    expect(record().logger.isLevelEnabled('debug')).toBe(false);
  });

  it('has children whose lines carry their fields, and those of their parents', () => {
    const { logger, recorder } = record();

    logger.child({ cid: '01J' }).child({ service: 'customer.get' }).info({ step: 1 }, 'x');

    expect(recorder.entries).toMatchObject([{ cid: '01J', service: 'customer.get', step: 1 }]);
  });

  it('writes an error without fields as `err`', () => {
    const { logger, recorder } = record();

    Reflect.apply(logger.error, logger, [new TypeError('x is undefined')]);

    expect(recorder.entries).toMatchObject([
      { err: { type: 'TypeError', message: 'x is undefined' }, msg: 'x is undefined' },
    ]);
  });

  it('writes exactly one line of JSON for any text, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (message, value) => {
        const { logger, recorder } = record();

        logger.child({ parent: value }).info({ value, [`key ${value}`]: 1 }, message);

        const wellFormed = value.replaceAll(/\p{Surrogate}/gu, '\u{fffd}');
        expect(recorder.lines).toHaveLength(1);
        expect(recorder.entries[0].msg).toBe(message);
        expect(recorder.entries[0].value.replaceAll(/\p{Surrogate}/gu, '\u{fffd}')).toBe(wellFormed);
      }),
    );
  });

  it.each(Object.getOwnPropertyNames(Object.prototype))('has children with a field named %s', (name) => {
    const { logger, recorder } = record();

    logger.child({ [name]: { of: 1 }, other: 1 }).info('m');

    expect(recorder.entries).toMatchObject([{ other: 1, msg: 'm' }]);
  });

  it.each(Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__'))(
    'writes fields that are called as what every object has: %s',
    (name) => {
      const { logger, recorder } = record();

      for (const value of [null, 'text', { of: 1 }]) logger.info({ [name]: value }, 'm');

      expect(recorder.entries.map((entry) => Object.entries(entry).find(([key]) => key === name)?.[1])).toEqual([
        null,
        'text',
        { of: 1 },
      ]);
    },
  );

  it.each([
    ['throws for method, headers and socket', hostile('method', 'headers', 'socket', 'setHeader', 'err', 'msg')],
    ['throws on every access', new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse })],
    ['cannot be made JSON', { a: { toJSON: refuse }, b: 5n, c: { toJSON: () => 5n }, d: Symbol('d') }],
    ['has no text', { a: { toString: null, valueOf: null }, b: [Object.create(null)] }],
  ])('writes a line for an object that %s', (_what, fields) => {
    const { logger, recorder } = record();

    logger.info(fields, 'message');
    logger.child(fields).info('message');

    expect(recorder.entries).toMatchObject([{ level: 'info' }, { level: 'info', msg: 'message' }]);
  });

  it('writes exactly one line of JSON for any fields', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
    });

    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), fc.dictionary(fc.string(), anything), (parent, fields) => {
        const { logger, recorder } = record();

        logger.child({ parent }).info({ ...fields, level: undefined, time: undefined, msg: undefined }, 'message');

        expect(recorder.lines).toHaveLength(1);
        expect(recorder.entries[0]).toMatchObject({ level: 'info', msg: 'message' });
      }),
    );
  });

  it('continues when its destination breaks', () => {
    const { logger, recorder } = record();

    recorder.destroy(new Error('gone'));

    expect(() => logger.error('x')).not.toThrow();
  });

  it('reports the number of lines dropped for a blocked reader', async () => {
    let resume: (() => void) | undefined;
    const lines: string[] = [];
    const stalled = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        lines.push(chunk);
        if (lines.length === 1) resume = done;
        else done();
      },
    });
    const logger = createLogger({ destination: stalled });
    const chunk = { text: 'x'.repeat(16_000) };

    for (let count = 0; count < 1_100; count++) logger.info(chunk, 'x');
    const written = new Promise((resolve) => stalled.once('drain', resolve));
    resume?.();
    await written;
    await logger.flush();

    const last = JSON.parse(lines.at(-2) ?? '');
    expect(last).toMatchObject({ level: 'warn', output: 'main', msg: 'log lines were dropped' });
    expect(last.lines).toBe(1_100 - lines.filter((line) => line.includes('"text"')).length);
    expect(last.lines).toBeGreaterThan(0);
  });
});
