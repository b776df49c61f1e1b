import { Writable } from 'node:stream';
import {
  BusError,
  createFailure,
  InternalError,
  NotFoundError,
  recordService,
  UpstreamError,
  ValidationFailedError,
  violationAt,
} from '@trunkline/failures';
import { createLogger } from './create-logger';
import type { LogLevel } from './logger';
import { logOutcome } from './log-outcome';

const outcome = (failure: BusError, fields: object = {}, level: LogLevel = 'debug') => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  logOutcome(createLogger({ destination, level }), failure, fields, 'request failed');
  return lines.map((line) => JSON.parse(line));
};

describe('the line of an outcome', () => {
  it('begins with code, kind, status and services, followed by the fields', () => {
    const failure = new NotFoundError('Customer not found');
    recordService(failure, 'adapter.crm');
    recordService(failure, 'customer.get');

    const [line] = outcome(failure, { cid: '01J', channel: 'customer.get' });

    expect(Object.keys(line)).toEqual([
      'level',
      'time',
      'code',
      'kind',
      'status',
      'services',
      'cid',
      'channel',
      'reason',
      'msg',
    ]);
    expect(line).toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      kind: 'notFound',
      status: 404,
      services: ['customer.get', 'adapter.crm'],
    });
  });

  it('of an error has its stack and all causes', () => {
    const failure = new InternalError('bug', { cause: new TypeError('x is undefined', { cause: 'why' }) });

    expect(outcome(failure)).toMatchObject([
      {
        level: 'error',
        code: 'INTERNAL_ERROR',
        err: {
          type: 'InternalError',
          stack: expect.stringContaining('    at '),
          cause: { type: 'TypeError', stack: expect.stringContaining('    at '), cause: 'why' },
        },
        msg: 'request failed',
      },
    ]);
  });

  it('of a warning has the messages of the causes and the connection, and no stack', () => {
    const cause = new Error('socket hang up', {
      cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    });
    const failure = new UpstreamError('UPSTREAM_PROTOCOL_ERROR', 'CRM broke off', {
      connection: 'CRM',
      wasSent: true,
      upstreamStatus: 200,
      cause,
    });

    const [line] = outcome(failure);

    expect(line).toMatchObject({
      level: 'warn',
      code: 'UPSTREAM_PROTOCOL_ERROR',
      connection: 'CRM',
      upstreamStatus: 200,
      reason: 'CRM broke off',
      causes: ['socket hang up', 'read ECONNRESET'],
    });
    expect(JSON.stringify(line)).not.toMatch(/ at .*:\d+:\d+/);
  });

  it('of a plain 4xx has the level debug and no causes', () => {
    const [line] = outcome(new NotFoundError('Customer not found', {}, { cause: new Error('why') }));

    expect(line).toMatchObject({ level: 'debug', reason: 'Customer not found' });
    expect(line).not.toHaveProperty('causes');
    expect(line).not.toHaveProperty('err');
  });

  it('of a validator that threw is a warning with the stack of its error', () => {
    const thrown = new TypeError('value.split is not a function');
    const failure = new ValidationFailedError([violationAt(['tags'], 'x', 'transform')], { cause: thrown });

    expect(outcome(failure)).toMatchObject([
      {
        level: 'warn',
        code: 'VALIDATION_FAILED',
        err: { type: 'TypeError', message: 'value.split is not a function', stack: expect.stringContaining('    at ') },
      },
    ]);
  });

  it('has the status of the response, if it differs', () => {
    expect(outcome(createFailure('VALIDATION_FAILED'), { status: 422 })).toMatchObject([{ status: 422 }]);
  });

  it('has pointer and rule of each invalid value, and no text that could contain the value', () => {
    const invalid = new ValidationFailedError([violationAt(['items', 0], 'canary is no sku', 'isSku')]);

    for (const failure of [invalid, new InternalError('bug', { cause: invalid })]) {
      const [line] = outcome(failure);
      expect(line).toMatchObject({ violations: [{ pointer: '#/items/0', rule: 'isSku' }] });
      expect(JSON.stringify(line)).not.toContain('canary');
    }
  });

  it('has no data of the failure, which is for the client', () => {
    const failure = new BusError('x', {
      code: 'OUT_OF_STOCK',
      status: 422,
      data: { items: ['canary'] },
      headers: { 'x-a': 'canary' },
    });

    expect(JSON.stringify(outcome(failure))).not.toContain('canary');
  });

  it('is not written if its level is disabled', () => {
    expect(outcome(new NotFoundError(), {}, 'info')).toEqual([]);
    expect(outcome(createFailure('UPSTREAM_TIMEOUT'), {}, 'error')).toEqual([]);
    expect(outcome(createFailure('INTERNAL_ERROR'), {}, 'error')).toHaveLength(1);
  });

  it('handles cyclic causes, and causes that are not errors', () => {
    const cause = new Error('a');
    cause.cause = new Error('b', { cause });

    expect(outcome(createFailure('UPSTREAM_ERROR', { cause }))[0].causes).toHaveLength(10);
    expect(outcome(createFailure('UPSTREAM_ERROR', { cause: 42 }))[0].causes).toEqual(['number']);
    expect(outcome(createFailure('UPSTREAM_ERROR', { cause: { odd: 1 } }))[0].causes).toEqual(['Object']);
  });
});
