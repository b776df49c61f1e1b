import { findServiceDeclaration } from '@trunkline/service';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream } from '@trunkline/testing';

let upstream: ScriptedUpstream;
let bus: TestBus;

async function start(
  services: object,
  script: Script = (socket) => socket.write(createJsonResponse({ order_id: 'O-1' })),
) {
  upstream = await ScriptedUpstream.listen(script);
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, retry: 'off', services } } } });
}
afterEach(async () => {
  await bus.close();
  await upstream.close();
});

describe('an adapter without code', () => {
  it('makes the configured call', async () => {
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

  it.each<[string, object, string]>([
    ['DELETE', {}, 'rejected'],
    ['DELETE', { emptyList: 'drop' }, 'DELETE /things HTTP/1.1'],
    ['DELETE', { emptyList: 'keep' }, 'DELETE /things?ids= HTTP/1.1'],
    ['GET', {}, 'GET /things HTTP/1.1'],
    ['GET', { emptyList: 'refuse' }, 'rejected'],
    ['POST', { query: ['ids'] }, 'rejected'],
    ['POST', { query: ['ids'], emptyList: 'drop' }, 'POST /things HTTP/1.1'],
  ])('with null as the filter of a %s with %j: %s', async (method, settings, outcome) => {
    await start({ 'adapter.things': { method, path: '/things', ...settings } });

    const failure: unknown = await bus.invoke('adapter.things', { ids: null }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

    if (outcome === 'rejected') expect(failure).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
    expect(upstream.requests[0]?.split('\r\n', 1)[0] ?? 'rejected').toBe(outcome);
  });

  it('never sends null for a member that is declared', async () => {
    await start({ 'adapter.things.delete': { method: 'DELETE', path: '/things', input: ['-ids'] } });

    await bus.invoke('adapter.things.delete', { ids: null }).catch(() => undefined);

    expect(upstream.requests).toEqual([]);
  });

  it('uses its own rule for empty lists, otherwise that of its connection', async () => {
    const operation = { method: 'DELETE', path: '/things' };
    const services = { 'adapter.a': operation, 'adapter.b': { ...operation, emptyList: 'drop' } };
    upstream = await ScriptedUpstream.listen((socket) => socket.write(createResponse(204)));
    bus = new TestBus({
      outgoing: { defaults: { emptyList: 'keep' }, rest: { CRM: { url: upstream.url, services } } },
    });

    await bus.invoke('adapter.a', { ids: [] });
    await bus.invoke('adapter.b', { ids: [] });

    expect(upstream.requests.map((request) => request.split(' ', 2)[1])).toEqual(['/things?ids=', '/things']);
  });

  describe.each([
    ['a mapping', { sku: 'string', quantity: 'integer', '-price': 'number', '-gift': 'boolean' }],
    ['a list of names and mappings', ['sku', { quantity: 'integer' }, { '-price': 'number', '-gift': 'boolean' }]],
  ])('with typed members, as %s', (_notation, input) => {
    beforeEach(() => start({ 'adapter.lines.add': { method: 'POST', path: '/lines', input } }));

    it('sends what fits', async () => {
      await bus.invoke('adapter.lines.add', { sku: 'S', quantity: 2, price: 1.5, gift: true });
      await bus.invoke('adapter.lines.add', { sku: 'S', quantity: 2 });

      expect(upstream.requests[0]?.endsWith('{"sku":"S","quantity":2,"price":1.5,"gift":true}')).toBe(true);
      expect(upstream.requests[1]?.endsWith('{"sku":"S","quantity":2}')).toBe(true);
    });

    it('rejects the rest, all of it at once', async () => {
      const wrong = { sku: '', quantity: 1.5, price: '1', gift: 'yes', colour: 'red' };

      expect(await catchRejection(bus.invoke('adapter.lines.add', wrong))).toMatchObject({
        code: 'VALIDATION_FAILED',
        violations: [
          { pointer: '#/colour', detail: 'colour is not a known member' },
          { pointer: '#/gift', detail: 'gift must be true or false' },
          { pointer: '#/price', detail: 'price must be a number' },
          { pointer: '#/quantity', detail: 'quantity must be an integer' },
          { pointer: '#/sku', detail: 'sku must not be empty' },
        ],
      });
      expect(await catchRejection(bus.invoke('adapter.lines.add', {}))).toMatchObject({
        violations: [{ detail: 'quantity is required' }, { detail: 'sku is required' }],
      });
      expect(upstream.requests).toEqual([]);
    });
  });

  it('gives of a typed output what it lists, and fails where that does not fit', async () => {
    const output = { order_id: 'string', '-lines': 'integer' };
    let body: object = { order_id: 'O-1', secret: 1 };
    await start({ 'adapter.orders.get': { method: 'GET', path: '/', output } }, (socket) =>
      socket.write(createJsonResponse(body)),
    );

    expect(await bus.invoke('adapter.orders.get', {})).toEqual({ order_id: 'O-1' });
    body = { order_id: 'O-1', lines: 'two' };
    expect(await catchRejection(bus.invoke('adapter.orders.get', {}))).toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
    });
  });

  describe('with placeholders in its headers', () => {
    const operation = {
      method: 'PUT',
      path: '/things/{id}',
      headers: { 'If-Match': '{etag}', 'X-Reason': 'why: {reason}', 'X-Kind': 'thing' },
      input: ['id', 'etag', '-reason', 'name'],
    };
    const headersOf = (request = '') => /\r\n(if-match|x-reason|x-kind): (.*)/g[Symbol.matchAll](request);

    it('fills them from the input, and sends the rest in the body', async () => {
      await start({ 'adapter.things.put': operation });

      await bus.invoke('adapter.things.put', { id: '1', etag: '"v1"', reason: 'new', name: 'N' });

      expect([...headersOf(upstream.requests[0])].map(([, name, value]) => `${name}: ${value}`).toSorted()).toEqual([
        'if-match: "v1"',
        'x-kind: thing',
        'x-reason: why: new',
      ]);
      expect(upstream.requests[0]).toMatch(/^PUT \/things\/1 HTTP[^]*\r\n\r\n\{"name":"N"\}$/);
    });

    it('leaves out a header whose member may be left out', async () => {
      await start({ 'adapter.things.put': operation });

      await bus.invoke('adapter.things.put', { id: '1', etag: '"v1"', name: 'N' });

      expect(upstream.requests[0]).not.toContain('x-reason');
    });

    it.each([
      ['is missing, and no input is declared', undefined, { id: '1' }],
      ['is empty', ['id', '-etag'], { id: '1', etag: '' }],
      ['could end the header', ['id', 'etag'], { id: '1', etag: '"v1"\r\nX-Evil: 1' }],
      ['is no text', undefined, { id: '1', etag: ['"v1"'] }],
    ])('sends nothing where a value %s', async (_what, input, values) => {
      const headers = { 'If-Match': '{etag}' };
      await start({ 'adapter.things.put': { method: 'PUT', path: '/{id}', headers, ...(input && { input }) } });

      expect(await catchRejection(bus.invoke('adapter.things.put', values))).toMatchObject({ code: 'BAD_REQUEST' });
      expect(upstream.requests).toEqual([]);
    });
  });

  it('checks its input by names', async () => {
    await start({ 'adapter.orders.get': { method: 'GET', path: '/orders/{id}', input: 'id' } });

    expect(await catchRejection(bus.invoke('adapter.orders.get', {}))).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('gives the value that it has for a status', async () => {
    await start({ 'adapter.orders.get': { method: 'GET', path: '/', onStatus: { 404: { value: null } } } }, (socket) =>
      socket.write(createResponse(404)),
    );

    expect(await bus.invoke('adapter.orders.get', {})).toBeNull();
  });

  it('has its own limit for one attempt', async () => {
    await start({ 'adapter.orders.get': { method: 'GET', path: '/', timeout: '50ms' } }, () => undefined);

    expect(await catchRejection(bus.invoke('adapter.orders.get', {}))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('has the configured description', async () => {
    await start({
      'adapter.orders.get': {
        method: 'GET',
        path: '/{id}',
        input: 'id',
        output: 'order_id',
        description: 'Gets an order',
      },
    });

    expect(bus.rest.adapters().map(findServiceDeclaration)).toEqual([
      { name: 'adapter.orders.get', input: 'id', output: 'order_id', description: 'Gets an order' },
    ]);
  });
});
