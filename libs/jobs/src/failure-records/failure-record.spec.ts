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

const throughTheStore = (failure: BusError) =>
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
  'something that is not there': new NotFoundError('No such order', { order_id: 7 }),
  'input that does not fit': new ValidationFailedError([violationAt(['items', 0], 'sku is required', 'isNotEmpty')]),
  'an upstream': new UpstreamError('UPSTREAM_ERROR', 'CRM answered 500', {
    connection: 'CRM',
    wasSent: true,
    upstreamStatus: 500,
  }),
  'an answer of a service': new ServiceResponseError('a.b', 409, { why: 'taken' }),
  'an accident': new InternalError('x is not a function'),
};

describe('a failure', () => {
  it.each(Object.entries(FAILURES))('is told to clients as ever after the store: %s', (_name, failure) => {
    const translator = new Translator();

    const { status, headers, body } = translator.translate(failure, 'CID');

    expect(translator.translate(throughTheStore(failure), 'CID')).toMatchObject({ status, headers, body });
  });

  it('keeps its kind, its causes with their codes, and the services it came through', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const failure = new InternalError('no stock', { cause: new Error('stock is closed', { cause: refused }) });
    recordService(failure, 'inner');
    recordService(failure, 'outer');

    const kept = throughTheStore(failure);

    expect(kept.kind).toBe<FailureKind>('internal');
    expect(kept.cause).toMatchObject({
      message: 'stock is closed',
      cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
    expect(getServiceChain(kept)).toEqual(['outer', 'inner']);
  });

  it('keeps the invalid values of an input, be they those of a cause', () => {
    const refusal = new ValidationFailedError([violationAt(['sku'], 'sku is required', 'required')]);

    expect(findViolations(throughTheStore(new InternalError('bug', { cause: refusal })))).toEqual(refusal.violations);
  });

  it('leaves out data that has no JSON form, or is too much to keep', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;

    expect(createFailureRecord(new BusError('x', { data: cycle })).data).toEqual({});
    expect(createFailureRecord(new BusError('x', { data: { text: 'x'.repeat(20_000) } })).data).toEqual({});
  });
});
