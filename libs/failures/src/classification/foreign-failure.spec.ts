import { version } from '../../package.json';
import { BusError } from '../errors/bus-error';
import { classify } from './classify';
import { ServiceResponseError } from '../errors/service-response-error';
import { ValidationFailedError } from '../errors/validation-failed-error';
import { FAILURE_BRAND, MAJOR_VERSION } from '../errors/failure-brand';

/** Another copy of this package, as a library may bundle it. */
function loadOther(): typeof import('..') {
  let other: typeof import('..') | undefined;
  jest.isolateModules(() => (other = require('..') as typeof import('..')));
  if (!other) throw new Error('it was not loaded');
  return other;
}

describe('an error of another copy of this package', () => {
  const other = loadOther();

  it('becomes a failure of this copy with the same code and members', () => {
    const thrown = new other.NotFoundError('No such user', { id: '7' });

    expect(thrown).not.toBeInstanceOf(BusError);
    const failure = classify(thrown);
    expect(failure).toBeInstanceOf(BusError);
    expect(failure).toMatchObject({ kind: 'notFound', code: 'RESOURCE_NOT_FOUND', status: 404, title: 'No such user' });
    expect(failure).toMatchObject({ data: { id: '7' }, cause: thrown });
  });

  it('keeps its status, headers and time to wait', () => {
    const thrown = new other.BusError('Later', { status: 503, code: 'LATER', headers: { 'x-a': 'b' }, retryAfter: 7 });

    expect(classify(thrown)).toMatchObject({ status: 503, code: 'LATER', headers: { 'x-a': 'b' }, retryAfter: 7 });
  });

  it('keeps its violations', () => {
    const failure = classify(new other.ValidationFailedError([other.violationAt(['sku'], 'is required', 'required')]));

    expect(failure).toBeInstanceOf(ValidationFailedError);
    expect(failure).toMatchObject({ violations: [{ pointer: '#/sku' }] });
  });

  it('keeps the payload of a service response', () => {
    const failure = classify(new other.ServiceResponseError('a.b', 409, { why: 'taken' }));

    expect(failure).toBeInstanceOf(ServiceResponseError);
    expect(failure).toMatchObject({ status: 409, payload: { why: 'taken' } });
  });

  it('is an internal error if its major version differs', () => {
    const thrown = Object.assign(new Error('x'), { [FAILURE_BRAND]: MAJOR_VERSION + 1, status: 404 });

    expect(classify(thrown)).toMatchObject({ kind: 'internal' });
  });

  it('is recognized by the major version of the package', () => {
    expect(MAJOR_VERSION).toBe(Number(version.split('.')[0]));
  });
});
