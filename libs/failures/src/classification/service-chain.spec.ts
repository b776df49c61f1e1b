import { classify } from './classify';
import { NotFoundError } from '../errors/not-found-error';
import { recordService, getServiceChain } from './service-chain';

describe('the chain of services', () => {
  it('names the services a failure has passed through, outermost first', () => {
    const failure = new NotFoundError();

    recordService(failure, 'adapter.crm');
    recordService(failure, 'customer.get');

    expect(getServiceChain(failure)).toEqual(['customer.get', 'adapter.crm']);
  });

  it('is empty if nothing was recorded, and for primitives', () => {
    recordService('text', 'customer.get');

    expect(getServiceChain(new NotFoundError())).toEqual([]);
    expect(getServiceChain('text')).toEqual([]);
    expect(getServiceChain(null)).toEqual([]);
  });

  it('can be recorded for frozen objects and functions, too', () => {
    for (const thrown of [Object.freeze(new Error('x')), Object.freeze({}), () => undefined]) {
      recordService(thrown, 'customer.get');

      expect(getServiceChain(thrown)).toEqual(['customer.get']);
    }
  });

  it('is copied to the failure that replaces the thrown value', () => {
    const thrown = new Error('a bug');
    recordService(thrown, 'adapter.crm');
    recordService(thrown, 'customer.get');

    expect(getServiceChain(classify(thrown))).toEqual(['customer.get', 'adapter.crm']);
  });

  it('of an abort is that of the failure that is its reason', () => {
    const reason = new NotFoundError();
    recordService(reason, 'inner');
    const abort = Object.assign(new Error('aborted', { cause: reason }), { name: 'AbortError' });
    recordService(abort, 'outer');

    expect(getServiceChain(classify(abort))).toEqual(['inner']);
  });
});
