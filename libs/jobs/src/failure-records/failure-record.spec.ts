import {
  BusError,
  type FailureKind,
  findViolations,
  InternalError,
  NotFoundError,
  recordService,
  getServiceChain,
  ServiceResponseError,
  Translator,
  UpstreamError,
  ValidationFailedError,
  violationAt,
} from '@trunkline/failures';
import { restoreFailure } from './restore-failure';
import { failureRecord, createFailureRecord } from './failure-record';

const storeAndRestore = (failure: BusError) =>
  restoreFailure(failureRecord.parse(JSON.parse(JSON.stringify(createFailureRecord(failure)))));

const FAILURES: Readonly<Record<string, BusError>> = {
  'a declared error': new BusError('Items out of stock', {
    code: 'OUT_OF_STOCK',
    kind: 'domain',
    status: 422,
    detail: 'Two are missing',
    data: { items: ['A', 'B'] },
    headers: { 'x-hint': 'later' },
    retryAfter: 7,
  }),
  'a missing resource': new NotFoundError('No such order', { order_id: 7 }),
  'invalid input': new ValidationFailedError([violationAt(['items', 0], 'sku is required', 'isNotEmpty')]),
  'an upstream': new UpstreamError('UPSTREAM_ERROR', 'CRM answered 500', {
    connection: 'CRM',
    wasSent: true,
    upstreamStatus: 500,
  }),
  'an error response of a service': new ServiceResponseError('a.b', 409, { why: 'taken' }),
  'an unexpected error': new InternalError('x is not a function'),
};

describe('a failure from the store', () => {
  it.each(Object.entries(FAILURES))('has the same error response as before: %s', (_name, failure) => {
    const translator = new Translator();

    const { status, headers, body } = translator.translate(failure, 'CID');

    expect(translator.translate(storeAndRestore(failure), 'CID')).toMatchObject({ status, headers, body });
  });

  it('keeps its kind, its causes with their codes, and the services it passed through', () => {
    const connectError = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const failure = new InternalError('no stock', { cause: new Error('stock is closed', { cause: connectError }) });
    recordService(failure, 'inner');
    recordService(failure, 'outer');

    const restored = storeAndRestore(failure);

    expect(restored.kind).toBe<FailureKind>('internal');
    expect(restored.cause).toMatchObject({
      message: 'stock is closed',
      cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
    expect(getServiceChain(restored)).toEqual(['outer', 'inner']);
  });

  it('keeps the violations of an input, also of a cause', () => {
    const violation = new ValidationFailedError([violationAt(['sku'], 'sku is required', 'required')]);

    expect(findViolations(storeAndRestore(new InternalError('bug', { cause: violation })))).toEqual(
      violation.violations,
    );
  });

  it('omits data that is too large or not JSON', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;

    expect(createFailureRecord(new BusError('x', { data: cycle })).data).toEqual({});
    expect(createFailureRecord(new BusError('x', { data: { text: 'x'.repeat(20_000) } })).data).toEqual({});
  });
});
