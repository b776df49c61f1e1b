import { classify } from './classify';
import { NotFoundError } from './errors/not-found-error';
import { recordService, serviceChainOf } from './service-chain';

describe('the chain of services', () => {
  it('names the services a failure has passed, outermost first', () => {
    const failure = new NotFoundError();

    recordService(failure, 'adapter.crm');
    recordService(failure, 'customer.get');

    expect(serviceChainOf(failure)).toEqual(['customer.get', 'adapter.crm']);
  });

  it('is empty where nothing was recorded, and for what can carry nothing', () => {
    recordService('text', 'customer.get');

    expect(serviceChainOf(new NotFoundError())).toEqual([]);
    expect(serviceChainOf('text')).toEqual([]);
    expect(serviceChainOf(null)).toEqual([]);
  });

  it('can be recorded of anything, frozen objects and functions too', () => {
    for (const thrown of [Object.freeze(new Error('x')), Object.freeze({}), () => undefined]) {
      recordService(thrown, 'customer.get');

      expect(serviceChainOf(thrown)).toEqual(['customer.get']);
    }
  });

  it('passes to the failure that takes the place of what was thrown', () => {
    const thrown = new Error('a bug');
    recordService(thrown, 'adapter.crm');
    recordService(thrown, 'customer.get');

    expect(serviceChainOf(classify(thrown))).toEqual(['customer.get', 'adapter.crm']);
  });

  it('of an abort is that of the failure it was aborted for', () => {
    const reason = new NotFoundError();
    recordService(reason, 'inner');
    const abort = Object.assign(new Error('aborted', { cause: reason }), { name: 'AbortError' });
    recordService(abort, 'outer');

    expect(serviceChainOf(classify(abort))).toEqual(['inner']);
  });
});
