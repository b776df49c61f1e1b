import { setTimeout as wait } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import {
  BadRequestException,
  ConflictException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  NotImplementedException,
  ServiceUnavailableException,
} from '@nestjs/common';
import * as fc from 'fast-check';
import { BusError } from '../errors/bus-error';
import { classify } from './classify';
import { DeadlineExceededError } from '../errors/deadline-exceeded-error';
import { InternalError } from '../errors/internal-error';
import { NotFoundError } from '../errors/not-found-error';
import { Translator } from '../translation/translator';

const CANARY = 'canary-9c1d';
const translator = new Translator();

/** Throws on every access. */
const hostileProxy = (target: object) =>
  new Proxy(target, {
    get: () => {
      throw new Error(CANARY);
    },
    getPrototypeOf: () => {
      throw new Error(CANARY);
    },
    has: () => {
      throw new Error(CANARY);
    },
  });

const withGetter = (name: string) =>
  Object.defineProperty(new Error(), name, {
    get: () => {
      throw new Error(CANARY);
    },
  });

const likeHttpException = (status: unknown, response: unknown) =>
  Object.assign(new Error(CANARY), { getStatus: () => status, getResponse: () => response });

const cyclic = () => {
  const error: Error & { self?: unknown } = new Error(CANARY);
  error.self = error;
  error.cause = error;
  return error;
};

describe('classifying', () => {
  it('returns a failure unchanged', () => {
    const failure = new NotFoundError();

    expect(classify(failure)).toBe(failure);
  });

  it('converts any other error to an internal error, with the error as its cause', () => {
    const bug = new TypeError('x is not a function');

    expect(classify(bug)).toMatchObject({ code: 'INTERNAL_ERROR', message: 'x is not a function', cause: bug });
  });

  it.each([undefined, null, 'text', 42, 42n, true, Symbol('s'), {}, [], () => undefined])(
    'converts %p to an internal error',
    (thrown) => {
      const failure = classify(thrown);

      expect(failure).toBeInstanceOf(InternalError);
      expect(failure.cause).toBe(thrown);
    },
  );

  it('uses the class name of an error without a message', () => {
    expect(classify(new AggregateError([new Error(CANARY)])).message).toBe('AggregateError');
  });

  it('recognizes an error of another realm', () => {
    expect(classify(runInNewContext('new RangeError("from elsewhere")')).message).toBe('from elsewhere');
  });

  it('converts an abort to the failure that is its reason', async () => {
    const deadline = new DeadlineExceededError('slow.service', 500);
    const controller = new AbortController();
    const waiting = wait(60_000, undefined, { signal: controller.signal });

    controller.abort(deadline);

    await expect(waiting.catch(classify)).resolves.toBe(deadline);
  });

  it('converts an abort without a failure to an internal error', () => {
    expect(classify(AbortSignal.abort().reason)).toBeInstanceOf(InternalError);
  });
});

describe("classifying Nest's exceptions", () => {
  it.each([
    [new NotFoundException('No such shelf'), 404, 'RESOURCE_NOT_FOUND'],
    [new ConflictException('Taken'), 409, 'CONFLICT'],
    [new ServiceUnavailableException('Closed on Sundays'), 503, 'SERVICE_UNAVAILABLE'],
    [new NotImplementedException('Later'), 501, 'NOT_IMPLEMENTED'],
    [new HttpException('Short and stout', 418), 418, 'HTTP_418'],
    [new HttpException('Not now', 502), 502, 'HTTP_502'],
  ])('%s keeps status and text', (exception, status, code) => {
    expect(classify(exception)).toMatchObject({ status, code, title: exception.message, cause: exception });
  });

  it('keeps the members of a response, except those that Nest adds', () => {
    const exception = new ConflictException({ message: 'Taken', shelf: 'B7', statusCode: 409, error: 'Conflict' });

    expect(classify(exception)).toMatchObject({ title: 'Taken', data: { shelf: 'B7' } });
    expect(classify(exception).data).toEqual({ shelf: 'B7' });
  });

  it('keeps an `error` that is not the phrase of the status', () => {
    expect(classify(new BadRequestException({ error: 'shelf_unknown' })).data).toEqual({ error: 'shelf_unknown' });
  });

  it('joins a list of messages', () => {
    const exception = new BadRequestException(['a must be a string', 'b is required']);

    expect(classify(exception).title).toBe('a must be a string; b is required');
  });

  it.each([
    new InternalServerErrorException(CANARY),
    new InternalServerErrorException({ message: CANARY, sql: CANARY }),
  ])('hides the text of a 500 from the client', (exception) => {
    const failure = classify(exception);

    expect(failure).toBeInstanceOf(InternalError);
    expect(failure.cause).toBe(exception);
    expect(translator.translate(failure, 'cid').body).not.toContain(CANARY);
  });

  it.each([302, 600, 404.5, Number.NaN])('converts the status %d to an internal error', (status) => {
    const exception = new HttpException('x', status);

    expect(classify(exception)).toMatchObject({ status: 500, cause: exception });
  });
});

describe('any thrown value', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
  });
  const makers = fc.oneof(
    anything.map((value) => () => value),
    fc.string().map((text) => () => new Error(CANARY + text)),
    fc.array(fc.string()).map(
      (texts) => () =>
        new AggregateError(
          texts.map((text) => new Error(CANARY + text)),
          CANARY,
        ),
    ),
    fc
      .constantFrom('message', 'name', 'cause', 'stack', 'getStatus', 'getResponse')
      .map((name) => () => withGetter(name)),
    fc
      .constantFrom<object>({}, new Error(CANARY), new NotFoundError(CANARY), () => undefined)
      .map((target) => () => hostileProxy(target)),
    fc.string().map((name) => () => new DOMException(CANARY, name)),
    fc.tuple(anything, anything).map((parts) => () => likeHttpException(...parts)),
    fc.constantFrom(cyclic, () => runInNewContext(`new Error('${CANARY}')`) as unknown),
  );

  it('becomes a failure with an error status, and a JSON response under 16 KiB without internal details', () => {
    fc.assert(
      fc.property(makers, fc.constantFrom('problem', 'envelope', 'flat'), (make, format) => {
        const failure = classify(make());
        const { status, body } = translator.translate(failure, 'cid-1', format);

        expect(failure).toBeInstanceOf(BusError);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThanOrEqual(599);
        expect(JSON.parse(body)).toEqual(expect.any(Object));
        expect(Buffer.byteLength(body)).toBeLessThan(16_384);
        if (failure.code === 'INTERNAL_ERROR') expect(body).not.toContain(CANARY);
      }),
      { numRuns: 300 },
    );
  });
});
