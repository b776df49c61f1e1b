import * as fc from 'fast-check';
import { BusError } from '../errors/bus-error';
import { ErrorCatalogue } from '../catalogue/error-catalogue';
import { InternalError } from '../errors/internal-error';
import { NotFoundError } from '../errors/not-found-error';
import { ServiceResponseError } from '../errors/service-response-error';
import { ServiceUnavailableError } from '../errors/service-unavailable-error';
import { UnauthorizedError } from '../errors/unauthorized-error';
import { ValidationFailedError } from '../errors/validation-failed-error';
import { createFailure } from '../catalogue/create-failure';
import type { ErrorFormat } from './problem';
import { recordService, getServiceChain } from '../classification/service-chain';
import { Translator } from './translator';
import { violationAt } from '../violations/violation';

const translator = new Translator();
const CID = '01JCID';
const FORMATS: readonly ErrorFormat[] = ['problem', 'envelope', 'flat'];
const translateToBody = (failure: BusError, format?: ErrorFormat, by = translator) =>
  JSON.parse(by.translate(failure, CID, format).body);
const invalid = (count: number) =>
  new ValidationFailedError(
    Array.from({ length: count }, (_, index) => violationAt(['items', index, 'sku'], 'sku is required', 'isNotEmpty')),
  );

const createChallenge = (realm: string) =>
  new Translator({ realm }).translate(new UnauthorizedError(), CID).headers['www-authenticate'];
const translateResponse = (payload: unknown, headers?: Record<string, string>) =>
  translator.translate(new ServiceResponseError('order.create', 409, payload, headers), CID);

describe('the problem format', () => {
  it('follows RFC 9457, with code, request_id and the invalid values', () => {
    expect(translateToBody(invalid(1))).toEqual({
      type: '/errors/validation-failed',
      title: 'Validation failed',
      status: 400,
      detail: '1 value is invalid',
      instance: 'urn:trunkline:cid:01JCID',
      code: 'VALIDATION_FAILED',
      request_id: CID,
      errors: [{ pointer: '#/items/0/sku', field: 'items[0].sku', detail: 'sku is required', rule: 'isNotEmpty' }],
    });
  });

  it('has the type about:blank for a code without a page', () => {
    expect(translateToBody(new BusError('x', { code: 'OUT_OF_STOCK', status: 422 })).type).toBe('about:blank');
  });

  it('links to the page of a declared error, under the type base of the bus', () => {
    const catalogue = new ErrorCatalogue();
    catalogue.declare('OUT_OF_STOCK', { status: 422, title: 'x' });
    const bus = new Translator({ catalogue, typeBase: 'https://docs.example.com/e#' });

    expect(translateToBody(new BusError('x', { code: 'OUT_OF_STOCK', status: 422 }), 'problem', bus).type).toBe(
      'https://docs.example.com/e#out-of-stock',
    );
  });

  it('describes an invalid value by its place, what is wrong and the rule, never by the value', () => {
    const violation = { ...violationAt(['pin'], 'pin is too short', 'minLength'), value: 'canary' };

    expect(translator.translate(new ValidationFailedError([violation]), CID).body).not.toContain('canary');
  });
});

describe('the envelope format', () => {
  it('has one member, with the time', () => {
    expect(translateToBody(invalid(1), 'envelope')).toEqual({
      error: {
        code: 'VALIDATION_FAILED',
        message: 'Validation failed',
        detail: '1 value is invalid',
        details: [{ field: 'items[0].sku', issue: 'sku is required' }],
        request_id: CID,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    });
  });
});

describe('the flat format', () => {
  it('has one level and snake-case codes', () => {
    expect(translateToBody(invalid(1), 'flat')).toEqual({
      error: 'validation_failed',
      error_description: 'Validation failed',
      detail: '1 value is invalid',
      validation_errors: [{ field: 'items[0].sku', message: 'sku is required' }],
      request_id: CID,
    });
  });

  it.each([
    ['ROUTE_NOT_FOUND', 'not_found'],
    ['MALFORMED_BODY', 'bad_request'],
    ['BAD_REQUEST', 'bad_request'],
    ['AUTH_REQUIRED', 'unauthorized_client'],
    ['INVALID_CREDENTIALS', 'unauthorized_client'],
    ['INVALID_TOKEN', 'invalid_token'],
    ['RESOURCE_NOT_FOUND', 'resource_not_found'],
    ['CONFLICT', 'conflict'],
    ['RATE_LIMIT_EXCEEDED', 'rate_limit_exceeded'],
    ['INTERNAL_ERROR', 'internal_error'],
  ] as const)('calls %s %s', (code, flat) => {
    expect(translateToBody(createFailure(code), 'flat').error).toBe(flat);
  });

  it('converts a code that is the name of a member of every object', () => {
    expect(translateToBody(new BusError('x', { code: 'constructor', status: 422 }), 'flat').error).toBe('constructor');
  });
});

describe('an error response', () => {
  it.each([
    ['problem', 'application/problem+json'],
    ['envelope', 'application/json'],
    ['flat', 'application/json'],
  ] as const)('in the format %s is %s, kept by no cache and taken for nothing else', (format, mediaType) => {
    expect(translator.translate(new NotFoundError(), CID, format).headers).toEqual({
      'content-type': mediaType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('is in the format of the bus unless another is requested', () => {
    const bus = new Translator({ format: 'flat' });

    expect(translateToBody(new NotFoundError(), undefined, bus).error).toBe('resource_not_found');
    expect(translateToBody(new NotFoundError(), 'envelope', bus).error.code).toBe('RESOURCE_NOT_FOUND');
  });

  it('has the configured validation status for invalid input only', () => {
    const bus = new Translator({ validationStatus: 422 });

    expect(bus.translate(invalid(1), CID)).toMatchObject({
      status: 422,
      body: expect.stringContaining('"status":422'),
    });
    expect(bus.translate(createFailure('VALIDATION_FAILED'), CID).status).toBe(422);
    expect(bus.translate(createFailure('MALFORMED_BODY'), CID).status).toBe(400);
    expect(translator.translate(new BusError('x', { kind: 'invalid', code: 'OURS', status: 409 }), CID).status).toBe(
      409,
    );
  });

  it('challenges an unauthenticated caller with the realm of the bus', () => {
    expect(createChallenge('storefront')).toBe('Bearer realm="storefront"');
    expect(createChallenge('a "b" \\ \r\nü')).toBe('Bearer realm="a \\"b\\" \\\\ ???"');
  });

  it('has the challenge of the failure if it has one', () => {
    const failure = createFailure('INVALID_CREDENTIALS', {
      headers: { 'WWW-Authenticate': 'Basic realm="x", charset="UTF-8"' },
    });

    expect(translator.translate(failure, CID).headers['www-authenticate']).toBe('Basic realm="x", charset="UTF-8"');
  });

  it.each(FORMATS)('has the time to wait in its headers and in the format %s', (format) => {
    const failure = new ServiceUnavailableError('Closed', {}, { retryAfter: 60 });
    const body = translateToBody(failure, format);

    expect(translator.translate(failure, CID, format).headers['retry-after']).toBe('60');
    expect((body.error?.retry_after ?? body.retry_after) as unknown).toBe(60);
  });

  it('has no Retry-After if the time is unknown', () => {
    expect(translator.translate(new ServiceUnavailableError(), CID).headers).not.toHaveProperty('retry-after');
    expect(translateToBody(new ServiceUnavailableError())).not.toHaveProperty('retry_after');
  });
});

describe('invalid values', () => {
  it('are ordered by pointer', () => {
    const failure = new ValidationFailedError([
      violationAt(['items', 10], '', ''),
      violationAt(['items', 9], '', ''),
      violationAt(['customer_id'], '', ''),
    ]);

    expect(translateToBody(failure).errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '#/customer_id',
      '#/items/9',
      '#/items/10',
    ]);
  });

  it.each([
    ['problem', 'errors'],
    ['envelope', 'details'],
    ['flat', 'validation_errors'],
  ] as const)('are counted in the format %s where there are more than a hundred', (format, list) => {
    const body = translateToBody(invalid(150), format);
    const members = format === 'envelope' ? body.error : body;

    expect(members).toMatchObject({ detail: '150 values are invalid', error_count: 150 });
    expect(members[list]).toHaveLength(100);
  });

  it('are not counted if all are listed', () => {
    expect(translateToBody(invalid(100))).not.toHaveProperty('error_count');
    expect(translateToBody(invalid(100)).errors).toHaveLength(100);
  });
});

describe('facts of a failure', () => {
  it.each([
    ['problem', ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id']],
    ['envelope', ['code', 'message', 'detail', 'request_id', 'timestamp']],
    ['flat', ['error', 'error_description', 'detail', 'request_id']],
  ] as const)('never take the place of what the format %s says itself', (format, names) => {
    const facts = Object.fromEntries([...names, 'shelf'].map((name) => [name, 'mine']));

    const body = translateToBody(new NotFoundError('Not found', facts), format);
    const members = Object.entries(format === 'envelope' ? body.error : body);

    expect(members.filter(([, value]) => value === 'mine')).toEqual([['shelf', 'mine']]);
  });

  it('that cannot be JSON are omitted one by one', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const data = { good: 'kept', big: 1n, cycle, fn: () => undefined, toJSON: () => 'all gone' };

    for (const format of FORMATS) {
      const { status, body } = translator.translate(new NotFoundError('x', data), CID, format);

      expect(status).toBe(404);
      expect(body).toContain('"good":"kept"');
      expect(body).not.toMatch(/"big"|"cycle"|"fn"|all gone/);
    }
  });

  it('never prevent a response, whatever they are', () => {
    const anything = fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true, withObjectString: true });

    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), fc.constantFrom(...FORMATS), (data, format) => {
        const { status, body } = translator.translate(new NotFoundError('x', data), CID, format);

        expect(status).toBe(404);
        const members = JSON.parse(body);
        expect(format === 'envelope' ? members.error : members).toMatchObject({ request_id: CID });
      }),
    );
  });
});

describe('headers of a failure', () => {
  it('are sent by their lower-case names', () => {
    const failure = createFailure('METHOD_NOT_ALLOWED', { headers: { Allow: 'GET, HEAD' } });

    expect(translator.translate(failure, CID).headers['allow']).toBe('GET, HEAD');
  });

  it.each([
    ['x-split', 'a\r\nset-cookie: b=c'],
    ['x-nul', 'a\0b'],
    ['x-wide', 'snow ☃'],
    ['bad name', 'a'],
    ['x-été', 'a'],
    ['bad\r\nname', 'a'],
    ['', 'a'],
    ['Content-Length', '3'],
    ['transfer-encoding', 'chunked'],
    ['X-Request-ID', 'another'],
  ])('turn the response into a 500 if they may not be sent: %j', (name, value) => {
    const failure = new NotFoundError('Customer not found', {}, { headers: { [name]: value } });
    recordService(failure, 'customer.get');

    const { status, headers, body, failure: toldOf } = translator.translate(failure, CID);

    expect(status).toBe(500);
    expect(headers).not.toHaveProperty([name.toLowerCase()]);
    expect(JSON.parse(body)).toMatchObject({ code: 'INTERNAL_ERROR', request_id: CID });
    expect(toldOf).toBeInstanceOf(InternalError);
    expect(toldOf.cause).toBe(failure);
    expect(getServiceChain(toldOf)).toEqual(['customer.get']);
  });

  it('cannot change the media type of a problem', () => {
    const failure = new NotFoundError('<script>', {}, { headers: { 'Content-Type': 'text/html' } });

    expect(translator.translate(failure, CID).headers['content-type']).toBe('application/problem+json');
  });
});

describe('the response of a service that returned an error status', () => {
  it.each([[{ why: 'taken' }], [['taken']], ['taken'], [null], [0]])('has the payload %j unchanged', (payload) => {
    expect(translateResponse(payload)).toMatchObject({ status: 409, body: JSON.stringify(payload) });
  });

  it('has its headers, including the media type', () => {
    const { headers } = translateResponse({}, { 'X-Shelf': 'B7', 'Content-Type': 'application/vnd.shop+json' });

    expect(headers).toMatchObject({
      'x-shelf': 'B7',
      'content-type': 'application/vnd.shop+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('is a problem with that status without a payload, and does not name the service', () => {
    const { status, headers, body } = translateResponse(undefined, { 'content-type': 'text/plain' });

    expect(status).toBe(409);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ title: 'Conflict', code: 'CONFLICT' });
    expect(body).not.toContain('order.create');
  });

  it.each([[1n], [() => undefined], [Symbol('s')], [{ toJSON: () => undefined }]])(
    'that cannot be JSON is a 500: %p',
    (payload) => {
      const { status, body, failure } = translateResponse(payload);

      expect(status).toBe(500);
      expect(JSON.parse(body).code).toBe('INTERNAL_ERROR');
      expect(failure.cause).toBeInstanceOf(ServiceResponseError);
    },
  );

  it('is a 500 if reading the payload throws anything', () => {
    const payload = {
      toJSON: () => {
        // oxlint-disable-next-line typescript/only-throw-error -- what a service may do
        throw Object.create(null);
      },
    };

    expect(translateResponse(payload).status).toBe(500);
  });
});

describe('the failure of a response', () => {
  it('is the translated failure if it can be sent', () => {
    const failure = new NotFoundError();

    expect(translator.translate(failure, CID).failure).toBe(failure);
  });
});
