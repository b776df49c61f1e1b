import * as failures from '..';
import { BusError, type ErrorFormat, ErrorCatalogue, Translator, violationAt } from '..';

const CANARY = 'canary-7f3a';
const cause = new Error(`${CANARY} at https://user:${CANARY}@10.0.0.7/secret`);
const upstream = { connection: CANARY, wasSent: true, upstreamStatus: 418, cause };

/** One of each, with the canary in every text that the client must not see. */
const SAMPLES: Readonly<Record<string, BusError>> = {
  BusError: new BusError('Something else', { code: 'CONFLICT', cause }),
  BadRequestError: new failures.BadRequestError(undefined, {}, { cause }),
  CancelledError: new failures.CancelledError(CANARY, { cause }),
  ConflictError: new failures.ConflictError(undefined, {}, { cause }),
  DeadlineExceededError: new failures.DeadlineExceededError(CANARY, 500, { cause }),
  ForbiddenError: new failures.ForbiddenError(undefined, {}, { cause }),
  GoneError: new failures.GoneError(undefined, {}, { cause }),
  InternalError: new failures.InternalError(CANARY, { cause }),
  NotFoundError: new failures.NotFoundError(undefined, {}, { cause }),
  PaymentRequiredError: new failures.PaymentRequiredError(undefined, {}, { cause }),
  PreconditionFailedError: new failures.PreconditionFailedError(undefined, {}, { cause }),
  ServiceResponseError: new failures.ServiceResponseError(CANARY, 409, undefined),
  ServiceUnavailableError: new failures.ServiceUnavailableError(undefined, {}, { cause }),
  TooManyRequestsError: new failures.TooManyRequestsError(undefined, {}, { cause }),
  UnauthorizedError: new failures.UnauthorizedError(undefined, {}, { cause }),
  UnprocessableError: new failures.UnprocessableError(undefined, {}, { cause }),
  UpstreamError: new failures.UpstreamError('UPSTREAM_ERROR', CANARY, upstream),
  ValidationFailedError: new failures.ValidationFailedError([violationAt(['sku'], 'sku is required', 'isNotEmpty')], {
    cause,
  }),
};

const isFailureClass = (value: unknown): value is typeof BusError =>
  typeof value === 'function' && (value === BusError || value.prototype instanceof BusError);
const classes = Object.entries(failures).filter(([, value]) => isFailureClass(value));
const pages = new ErrorCatalogue().list().map(({ code }) => code);
const named = Object.entries(SAMPLES);
const FORMATS: readonly ErrorFormat[] = ['problem', 'envelope', 'flat'];
const tell = (failure: BusError, format: ErrorFormat) => new Translator().translate(failure, 'cid-1', format);

describe('every exported error', () => {
  it('has a sample here', () => {
    expect(Object.keys(SAMPLES).toSorted()).toEqual(classes.map(([name]) => name).toSorted());
  });

  it.each(named)('%s is a BusError with its own name', (name, failure) => {
    expect(failure).toBeInstanceOf(BusError);
    expect(failure).toBeInstanceOf(Error);
    expect(failure.name).toBe(name);
  });

  it.each(named)('%s has a page in the catalogue', (_name, { code }) => {
    expect(pages).toContain(code);
  });

  it.each(named)(
    '%s tells the client its status and code in all formats, and nothing of the inside',
    (_name, failure) => {
      for (const format of FORMATS) {
        const { status, body } = tell(failure, format);

        expect(status).toBe(failure.status);
        expect(JSON.parse(body)).toEqual(expect.any(Object));
        expect(body).not.toContain(CANARY);
        expect(body).not.toMatch(/\bat .*:\d+:\d+|node_modules|10\.0\.0\.7/);
      }
    },
  );

  it.each(named)('%s keeps its cause', (name, failure) => {
    if (name === 'ServiceResponseError') expect(failure.cause).toBeUndefined();
    else expect(failure.cause).toBe(cause);
  });
});

describe('the errors a service throws', () => {
  it.each([
    [new failures.BadRequestError(), 400, 'BAD_REQUEST'],
    [new failures.ValidationFailedError([]), 400, 'VALIDATION_FAILED'],
    [new failures.UnauthorizedError(), 401, 'AUTH_REQUIRED'],
    [new failures.PaymentRequiredError(), 402, 'PAYMENT_REQUIRED'],
    [new failures.ForbiddenError(), 403, 'FORBIDDEN'],
    [new failures.NotFoundError(), 404, 'RESOURCE_NOT_FOUND'],
    [new failures.ConflictError(), 409, 'CONFLICT'],
    [new failures.GoneError(), 410, 'GONE'],
    [new failures.PreconditionFailedError(), 412, 'PRECONDITION_FAILED'],
    [new failures.UnprocessableError(), 422, 'UNPROCESSABLE'],
    [new failures.TooManyRequestsError(), 429, 'RATE_LIMIT_EXCEEDED'],
    [new failures.ServiceUnavailableError(), 503, 'SERVICE_UNAVAILABLE'],
  ] as const)('%s is status %d, code %s', (failure, status, code) => {
    expect(failure).toMatchObject({ status, code, title: failures.getCatalogueEntry(code).title });
  });

  it('send their title and data to the client', () => {
    const failure = new failures.NotFoundError('Customer not found', { customer_id: 'CUST-1' });

    expect(JSON.parse(tell(failure, 'problem').body)).toMatchObject({
      title: 'Customer not found',
      customer_id: 'CUST-1',
    });
  });

  it('keep status and kind with a custom code', () => {
    const failure = new failures.NotFoundError('No such shelf', {}, { code: 'NO_SUCH_SHELF' });

    expect(failure).toMatchObject({ status: 404, kind: 'notFound', code: 'NO_SUCH_SHELF' });
  });

  it('are logged as a warning', () => {
    expect(new failures.BadRequestError().severity).toBe('warn');
  });
});

const wait = (code: failures.UpstreamCode, retryAfter: number) =>
  new failures.UpstreamError(code, 'x', { connection: 'CRM', wasSent: true, retryAfter }).retryAfter;

describe('an UpstreamError', () => {
  it('keeps the facts of the call', () => {
    expect(SAMPLES['UpstreamError']).toMatchObject(upstream);
  });

  it("has the upstream's Retry-After, for a rate limit at most 300 seconds", () => {
    expect(wait('UPSTREAM_RATE_LIMITED', 42)).toBe(42);
    expect(wait('UPSTREAM_RATE_LIMITED', 7_200)).toBe(300);
    expect(wait('UPSTREAM_UNAVAILABLE', 7_200)).toBe(7_200);
  });

  it('has no Retry-After if the upstream sent none', () => {
    expect(
      new failures.UpstreamError('UPSTREAM_UNAVAILABLE', 'x', { connection: 'CRM', wasSent: true }).retryAfter,
    ).toBeUndefined();
  });
});

describe('a ServiceResponseError', () => {
  it.each([200, 399, 600, 999])('rejects the status %d', (status) => {
    expect(() => new failures.ServiceResponseError('a.b', status, {})).toThrow(RangeError);
  });

  it('is logged as an error with status 500, and as a warning with any other', () => {
    expect(new failures.ServiceResponseError('a.b', 500, {}).severity).toBe('error');
    expect(new failures.ServiceResponseError('a.b', 503, {}).severity).toBe('warn');
  });
});
