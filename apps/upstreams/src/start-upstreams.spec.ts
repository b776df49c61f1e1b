import { startUpstreams } from './index';

describe('startUpstreams', () => {
  it('starts all ten systems and gives their addresses as environment variables', async () => {
    const upstreams = await startUpstreams({ ports: 'ephemeral' });
    const urls = upstreams.environment();

    const states = await Promise.all(Object.values(urls).map(async (url) => (await fetch(`${url}/health`)).status));

    expect(Object.keys(urls).join(' ')).toBe(
      'CRM_URL ORDERS_URL USERS_URL NOTIFICATIONS_URL ACTIVITY_URL EXTERNAL_API_URL UNRELIABLE_API_URL FLAKY_API_URL STOCK_URL PAYMENTS_URL',
    );
    expect(states).toEqual(Array.from({ length: 10 }, () => 200));
    expect(urls['CRM_URL']).toBe(upstreams.systems.CRM.url);
    await upstreams.close();
  });

  it('has the fixed ports 9101 to 9110 in the order of the systems', async () => {
    const upstreams = await startUpstreams({ ports: 'ephemeral' });

    expect(Object.values(upstreams.systems).map(({ port }) => port)).toEqual(
      Array.from({ length: 10 }, (_, index) => 9_101 + index),
    );
    await upstreams.close();
  });

  it('does not listen after close, which may be called twice', async () => {
    const upstreams = await startUpstreams({ ports: 'ephemeral' });

    await upstreams.close();
    await upstreams.close();

    await expect(fetch(upstreams.systems.PAYMENTS.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('resets all systems at once', async () => {
    const upstreams = await startUpstreams({ ports: 'ephemeral' });
    const { ORDERS } = upstreams.systems;
    await fetch(`${ORDERS.url}/orders/ORD-1`, { method: 'DELETE' });
    ORDERS.setFault({ status: 503 });

    upstreams.reset();

    expect((await fetch(`${ORDERS.url}/orders/ORD-1`)).status).toBe(200);
    await upstreams.close();
  });
});
