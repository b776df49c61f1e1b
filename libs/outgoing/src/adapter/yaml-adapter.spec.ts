import { declarationOf } from '@trunkline/service';
import { rejection, TestBus } from '../bus.fixture';
import { answer, json, type Script, ScriptedUpstream } from '../scripted-upstream.fixture';

let upstream: ScriptedUpstream;
let bus: TestBus;

async function start(services: object, script: Script = (socket) => socket.write(json({ order_id: 'O-1' }))) {
  upstream = await ScriptedUpstream.listen(script);
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, retry: 'off', services } } } });
}
afterEach(async () => {
  await bus.close();
  await upstream.close();
});

describe('an adapter without code', () => {
  it('makes the call that it stands for', async () => {
    await start({
      'adapter.orders.get': { method: 'GET', path: '/orders/{id}', query: ['expand'], input: ['id', '-expand'] },
    });

    const output = await bus.invoke('adapter.orders.get', { id: 'O-1', expand: 'items' });

    expect(output).toEqual({ order_id: 'O-1' });
    expect(upstream.requests[0]).toMatch(/^GET \/orders\/O-1\?expand=items HTTP/);
  });

  it('sends of a POST what its query names in the query, and the rest in the body', async () => {
    await start({
      'adapter.orders.create': { method: 'POST', path: '/orders', query: ['dry_run'], headers: { 'X-Kind': 'order' } },
    });

    await bus.invoke('adapter.orders.create', { dry_run: true, sku: 'S' });

    expect(upstream.requests[0]).toMatch(/^POST \/orders\?dry_run=true HTTP/);
    expect(upstream.requests[0]).toMatch(/\r\nx-kind: order\r\n/);
    expect(upstream.requests[0]?.endsWith('\r\n\r\n{"sku":"S"}')).toBe(true);
  });

  it.each([
    [{}, 'refused'],
    [{ emptyList: 'drop' }, 'DELETE /things HTTP/1.1'],
    [{ emptyList: 'keep' }, 'DELETE /things?ids= HTTP/1.1'],
  ])('with %j and an empty list as the filter of a DELETE: %s', async (settings, outcome) => {
    await start({ 'adapter.things.delete': { method: 'DELETE', path: '/things', ...settings } });

    const failure: unknown = await bus.invoke('adapter.things.delete', { ids: [] }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

    if (outcome === 'refused') expect(failure).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
    expect(upstream.requests[0]?.split('\r\n', 1)[0] ?? 'refused').toBe(outcome);
  });

  it('goes by the rule of its connection for empty lists, and by its own before that', async () => {
    const operation = { method: 'DELETE', path: '/things' };
    const services = { 'adapter.a': operation, 'adapter.b': { ...operation, emptyList: 'drop' } };
    upstream = await ScriptedUpstream.listen((socket) => socket.write(answer(204)));
    bus = new TestBus({
      outgoing: { defaults: { emptyList: 'keep' }, rest: { CRM: { url: upstream.url, services } } },
    });

    await bus.invoke('adapter.a', { ids: [] });
    await bus.invoke('adapter.b', { ids: [] });

    expect(upstream.requests.map((request) => request.split(' ', 2)[1])).toEqual(['/things?ids=', '/things']);
  });

  it('checks its input by names', async () => {
    await start({ 'adapter.orders.get': { method: 'GET', path: '/orders/{id}', input: 'id' } });

    expect(await rejection(bus.invoke('adapter.orders.get', {}))).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('gives the value that it has for a status', async () => {
    await start({ 'adapter.orders.get': { method: 'GET', path: '/', onStatus: { 404: { value: null } } } }, (socket) =>
      socket.write(answer(404)),
    );

    expect(await bus.invoke('adapter.orders.get', {})).toBeNull();
  });

  it('has its own limit for one attempt', async () => {
    await start({ 'adapter.orders.get': { method: 'GET', path: '/', timeout: '50ms' } }, () => undefined);

    expect(await rejection(bus.invoke('adapter.orders.get', {}))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('says of itself what it was told', async () => {
    await start({
      'adapter.orders.get': {
        method: 'GET',
        path: '/{id}',
        input: 'id',
        output: 'order_id',
        description: 'Gets an order',
      },
    });

    expect(bus.rest.services().map(declarationOf)).toEqual([
      { name: 'adapter.orders.get', input: 'id', output: 'order_id', description: 'Gets an order' },
    ]);
  });
});
