import { catchRejection, TestBus } from '../../test-bus.fixture';

describe('a call of a host whose name does not resolve', () => {
  it('fails with UPSTREAM_DNS_FAILED, and nothing is sent', async () => {
    // A label this long is invalid: the resolver rejects it without a query.
    const url = `http://${'x'.repeat(64)}.test`;
    const bus = new TestBus({ outgoing: { rest: { CRM: { url, retry: 'off' } } } });

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));
    await bus.close();

    expect(failure).toMatchObject({ code: 'UPSTREAM_DNS_FAILED', status: 502, wasSent: false });
  });
});
