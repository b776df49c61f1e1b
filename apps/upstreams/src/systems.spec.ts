import { startUpstreams, type Upstreams } from './index';

const KEY = { 'x-api-key': 'demo' };
const ITEMS = [{ sku: 'BOOK-1', quantity: 2 }];

describe('the simulated systems', () => {
  let upstreams: Upstreams;
  beforeAll(async () => {
    upstreams = await startUpstreams({ ports: 'ephemeral' });
  });
  afterEach(() => upstreams.reset());
  afterAll(() => upstreams.close());

  async function call(
    system: keyof Upstreams['systems'],
    line: string,
    init: { body?: unknown; headers?: object } = {},
  ) {
    const [method = '', path = ''] = line.split(' ');
    const response = await fetch(upstreams.systems[system].url + path, {
      method,
      headers: { ...init.headers },
      ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
    });
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body };
  }

  it('the CRM returns its customers', async () => {
    const answer = await call('CRM', 'GET /customers/CUST-123', { headers: KEY });

    expect(answer).toMatchObject({ status: 200, body: { customer_id: 'CUST-123', tier: 'gold' } });
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  it('the CRM responds 404 for an unknown customer', async () => {
    expect(await call('CRM', 'GET /customers/DOES-NOT-EXIST', { headers: KEY })).toMatchObject({
      status: 404,
      body: { error: 'not_found' },
    });
  });

  it.each([{}, { 'x-api-key': 'wrong' }])('the CRM rejects the credentials %j', async (headers) => {
    const answer = await call('CRM', 'GET /customers/CUST-123', { headers });

    expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(answer.headers.get('www-authenticate')).toContain('X-Api-Key');
  });

  it('a new order can be read, and deleted once', async () => {
    const made = await call('ORDERS', 'POST /orders', { body: { customer_id: 'CUST-123', items: ITEMS } });
    const location = made.headers.get('location');

    expect(made).toMatchObject({ status: 201, body: { customer_id: 'CUST-123', items: ITEMS, status: 'created' } });
    expect(await call('ORDERS', `GET ${location}`)).toMatchObject({ status: 200, body: made.body });
    expect(await call('ORDERS', `DELETE ${location}`)).toMatchObject({ status: 204, body: undefined });
    expect(await call('ORDERS', `DELETE ${location}`)).toMatchObject({ status: 404 });
  });

  it('the same Idempotency-Key gives the same order', async () => {
    const init = { body: { customer_id: 'CUST-123', items: ITEMS }, headers: { 'idempotency-key': 'k-1' } };

    const first = await call('ORDERS', 'POST /orders', init);
    const second = await call('ORDERS', 'POST /orders', init);
    const other = await call('ORDERS', 'POST /orders', { ...init, headers: { 'idempotency-key': 'k-2' } });

    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(other.body).not.toEqual(first.body);
  });

  it.each([
    [{}],
    [{ customer_id: 'CUST-123', items: [] }],
    [{ customer_id: 'CUST-123', items: [{ sku: 'A', quantity: 0 }] }],
  ])('an order cannot be created from %j', async (body) => {
    expect(await call('ORDERS', 'POST /orders', { body })).toMatchObject({ status: 400 });
  });

  it.each([
    ['ORD-1', 204],
    ['ORD-SHIPPED', 409],
    ['ORD-NONE', 404],
  ])('deleting the initial order %s is %d', async (id, status) => {
    expect(await call('ORDERS', `DELETE /orders/${id}`)).toMatchObject({ status });
  });

  it('a user is returned or 404', async () => {
    expect(await call('USERS', 'GET /users/USER-1')).toMatchObject({ status: 200, body: { user_id: 'USER-1' } });
    expect(await call('USERS', 'GET /users/USER-99')).toMatchObject({ status: 404 });
  });

  it.each([
    ['NOTIFICATIONS', '/notifications'],
    ['ACTIVITY', '/activity'],
  ] as const)('%s are lists by user', async (system, path) => {
    expect(await call(system, `GET ${path}?user_id=USER-1`)).toMatchObject({
      status: 200,
      body: [{ user_id: 'USER-1' }, { user_id: 'USER-1' }],
    });
    expect(await call(system, `GET ${path}?user_id=USER-99`)).toMatchObject({ status: 200, body: [] });
    expect(await call(system, `GET ${path}`)).toMatchObject({ status: 400 });
  });

  it.each(['EXTERNAL_API', 'UNRELIABLE_API', 'FLAKY_API'] as const)('%s returns its data', async (system) => {
    expect(await call(system, 'GET /data')).toMatchObject({ status: 200, body: { id: 1 } });
  });

  it.each([
    [['BOOK-1'], 201, { items: [{ sku: 'BOOK-1' }] }],
    [['BOOK-1', 'SOLD-OUT-1', 'SOLD-OUT'], 409, { items: ['SOLD-OUT-1', 'SOLD-OUT'] }],
    [['STALE-1'], 412, { error: 'precondition_failed' }],
    [[], 400, { error: 'bad_request' }],
  ])('a reservation of %j is %d', async (skus, status, body) => {
    const items = skus.map((sku) => ({ sku, quantity: 1 }));

    expect(await call('STOCK', 'POST /reservations', { body: { items } })).toMatchObject({ status, body });
  });

  it.each([
    ['tok_ok', 201, { status: 'paid' }],
    ['tok_declined', 402, { reason: 'card_declined' }],
    ['tok_no_funds', 402, { reason: 'insufficient_funds' }],
    [7, 400, { error: 'bad_request' }],
  ])('a payment with the token %j is %d', async (token, status, body) => {
    expect(await call('PAYMENTS', 'POST /payments', { body: { token } })).toMatchObject({ status, body });
  });
});
