import { BusError } from './bus-error';
import { createFailure } from '../catalogue/create-failure';
import type { FailureKind } from '../failure-kind';

describe('a BusError', () => {
  it('is an internal error without options, with its message for the log only', () => {
    expect(new BusError('Printer on fire')).toMatchObject({
      name: 'BusError',
      message: 'Printer on fire',
      title: 'Internal error',
      status: 500,
      code: 'INTERNAL_ERROR',
    });
  });

  it.each([
    [400, 'BAD_REQUEST'],
    [401, 'AUTH_REQUIRED'],
    [402, 'PAYMENT_REQUIRED'],
    [403, 'FORBIDDEN'],
    [404, 'RESOURCE_NOT_FOUND'],
    [405, 'METHOD_NOT_ALLOWED'],
    [406, 'NOT_ACCEPTABLE'],
    [408, 'REQUEST_TIMEOUT'],
    [409, 'CONFLICT'],
    [410, 'GONE'],
    [413, 'CONTENT_TOO_LARGE'],
    [414, 'URI_TOO_LONG'],
    [415, 'UNSUPPORTED_MEDIA_TYPE'],
    [417, 'EXPECTATION_FAILED'],
    [418, 'HTTP_418'],
    [422, 'UNPROCESSABLE'],
    [429, 'RATE_LIMIT_EXCEEDED'],
    [431, 'HEADERS_TOO_LARGE'],
    [500, 'INTERNAL_ERROR'],
    [501, 'NOT_IMPLEMENTED'],
    [502, 'HTTP_502'],
    [503, 'SERVICE_UNAVAILABLE'],
    [504, 'HTTP_504'],
  ])('has for status %d the code %s', (status, code) => {
    expect(new BusError('x', { status })).toMatchObject({ status, code });
  });

  it('has the status and kind of a code of the catalogue', () => {
    expect(new BusError('x', { code: 'MAINTENANCE' })).toMatchObject({ status: 503, kind: 'unavailable' });
  });

  it('has the code and status of its kind', () => {
    expect(new BusError('x', { kind: 'conflict' })).toMatchObject({ status: 409, code: 'CONFLICT' });
  });

  it('keeps the status of its kind with a custom code', () => {
    expect(new BusError('x', { kind: 'notFound', code: 'NO_SUCH_SHELF' })).toMatchObject({
      status: 404,
      code: 'NO_SUCH_SHELF',
    });
  });

  it('is of kind domain with a custom code and no kind', () => {
    expect(new BusError('x', { code: 'OUT_OF_STOCK', status: 422 })).toMatchObject({ status: 422, kind: 'domain' });
    expect(new BusError('x', { code: 'OUT_OF_STOCK' })).toMatchObject({ status: 500, kind: 'domain' });
  });

  it('accepts every option', () => {
    const options = {
      code: 'OURS',
      status: 418,
      kind: 'conflict',
      title: 'For the client',
      detail: 'This very time.',
      data: { a: 1 },
      headers: { link: '<x>' },
      retryAfter: 7,
    } as const;

    expect(new BusError('for the log', options)).toMatchObject({ message: 'for the log', ...options });
  });

  it('has a title even without a text', () => {
    expect(new BusError('', { status: 404 }).title).toBe('Resource not found');
    expect(new BusError('', { status: 418 }).title).toBe("I'm a Teapot");
    expect(new BusError('', { status: 599 }).title).toBe('Status 599');
  });

  it('keeps its cause, and has none without one', () => {
    const cause = new Error('why');

    expect(new BusError('x', { cause }).cause).toBe(cause);
    expect('cause' in new BusError('x')).toBe(false);
  });

  it.each([399, 600, 200, 404.5, Number.NaN, Number.POSITIVE_INFINITY])('rejects the status %d', (status) => {
    expect(() => new BusError('x', { status })).toThrow(RangeError);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('rejects %d as seconds to wait', (retryAfter) => {
    expect(() => new BusError('x', { retryAfter })).toThrow(RangeError);
  });

  it('rounds the wait up to whole seconds that every client can parse', () => {
    expect(new BusError('x', { retryAfter: 0.2 }).retryAfter).toBe(1);
    expect(new BusError('x', { retryAfter: 0 }).retryAfter).toBe(0);
    expect(new BusError('x', { retryAfter: 1e300 }).retryAfter).toBe(2_147_483_648);
  });

  it('has a Retry-After of at least one second for temporary failures of the bus', () => {
    expect(createFailure('OVERLOADED').retryAfter).toBe(1);
    expect(createFailure('CIRCUIT_OPEN', { retryAfter: 0 }).retryAfter).toBe(1);
    expect(createFailure('MAINTENANCE', { retryAfter: 600 }).retryAfter).toBe(600);
  });

  it.each<FailureKind>([
    'internal',
    'deadline',
    'overloaded',
    'store',
    'unavailable',
    'cancelled',
    'upstream.error',
    'upstream.rejected',
  ])('hides the message of kind %s from the client', (kind) => {
    const failure = new BusError('CRM at 10.0.0.7 is down', { kind, code: 'OURS', status: 500 });

    expect(failure.title).not.toContain('CRM');
    expect(failure.message).toBe('CRM at 10.0.0.7 is down');
  });

  it.each([
    [createFailure('INTERNAL_ERROR'), 'error'],
    [createFailure('UPSTREAM_AUTH_FAILED'), 'error'],
    [new BusError('a 500 of a service', { code: 'OURS' }), 'error'],
    [createFailure('UPSTREAM_TIMEOUT'), 'warn'],
    [createFailure('CIRCUIT_OPEN'), 'warn'],
    [createFailure('OVERLOADED'), 'warn'],
    [createFailure('FORBIDDEN'), 'warn'],
    [createFailure('AUTH_REQUIRED'), 'warn'],
    [createFailure('RATE_LIMIT_EXCEEDED'), 'warn'],
    [new BusError('declared', { code: 'OUT_OF_STOCK', status: 422 }), 'warn'],
    [createFailure('VALIDATION_FAILED'), 'debug'],
    [createFailure('RESOURCE_NOT_FOUND'), 'debug'],
    [createFailure('ROUTE_NOT_FOUND'), 'debug'],
    [createFailure('CLIENT_CLOSED'), 'debug'],
  ])('%s is logged as %s', (failure, severity) => {
    expect(failure.severity).toBe(severity);
  });
});
