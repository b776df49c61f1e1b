import { createJsonRequest } from '../send-request';
import { type ExampleBus, startExampleBus } from './example-bus';

describe('the example bus', () => {
  let example: ExampleBus;
  beforeAll(async () => {
    example = await startExampleBus();
  });
  afterEach(() => example.reset());
  afterAll(() => example.stop());

  async function call(path: string, init: RequestInit = {}) {
    const response = await fetch(`${example.url}${path}`, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
    };
  }
  const post = (path: string, body: unknown) =>
    call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  describe('GET /api/customer/{customer_id}', () => {
    it('responds with the customer', async () => {
      const { status, headers, body } = await call('/api/customer/CUST-123');

      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/json');
      expect(headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/);
      expect(body).toMatchObject({ customer_id: 'CUST-123' });
    });

    it('responds 404 with the id of an unknown customer', async () => {
      const { status, headers, body } = await call('/api/customer/DOES-NOT-EXIST');

      expect(status).toBe(404);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(body).toMatchObject({
        code: 'RESOURCE_NOT_FOUND',
        customer_id: 'DOES-NOT-EXIST',
        request_id: headers.get('x-request-id'),
      });
    });

    it.each([
      [{ status: 500 }, 502, 'UPSTREAM_ERROR'],
      [{ status: 503 }, 503, 'UPSTREAM_UNAVAILABLE'],
      [{ status: 401 }, 502, 'UPSTREAM_AUTH_FAILED'],
      [{ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 502, 'UPSTREAM_INVALID_RESPONSE'],
      [{ reset: true }, 502, 'UPSTREAM_PROTOCOL_ERROR'],
    ])('responds with a CRM that has %j: %d %s', async (fault, status, code) => {
      // A success in between: consecutive failures open the circuit breaker.
      await call('/api/customer/CUST-123');
      example.systems.CRM.setFault(fault);

      await expect(call('/api/customer/CUST-123')).resolves.toMatchObject({ status, body: { code } });
    });
  });

  describe('POST /api/orders', () => {
    it('places the order and responds with its Location', async () => {
      const { status, headers, body } = await post('/api/orders', {
        customer_id: 'CUST-123',
        items: [{ sku: 'A', quantity: 1 }],
      });

      expect(status).toBe(201);
      expect(headers.get('location')).toBe(`/api/orders/${String(body?.['order_id'])}`);
    });

    it('places one order for one Idempotency-Key and several requests', async () => {
      const order = createJsonRequest(
        'POST',
        { customer_id: 'C', items: [{ sku: 'A', quantity: 1 }] },
        { 'idempotency-key': '"a"' },
      );

      const [first, second] = [await call('/api/orders', order), await call('/api/orders', order)];

      expect(second.headers.get('idempotency-replayed')).toBe('true');
      expect([second.status, second.body]).toEqual([201, first.body]);
      expect(example.systems.ORDERS.requestCount).toBe(1);
    });

    it('reports all invalid values', async () => {
      const { status, body } = await post('/api/orders', { items: [{ quantity: 0 }] });

      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'VALIDATION_FAILED', detail: '3 values are invalid' });
      expect(body?.['errors']).toMatchObject([
        { field: 'customer_id' },
        { field: 'items[0].quantity' },
        { field: 'items[0].sku' },
      ]);
    });

    it('is not sent twice when the first request may have arrived', async () => {
      example.systems.ORDERS.setFault({ reset: true });

      await expect(
        post('/api/orders', { customer_id: 'C', items: [{ sku: 'A', quantity: 1 }] }),
      ).resolves.toMatchObject({ status: 502 });
      expect(example.systems.ORDERS.requestCount).toBe(1);
    });
  });

  describe('DELETE /api/orders/{order_id}', () => {
    it.each([
      ['ORD-1', 204, undefined],
      ['ORD-NONE', 404, { code: 'ORDER_NOT_FOUND' }],
      ['ORD-SHIPPED', 409, { code: 'ORDER_SHIPPED' }],
    ])('of %s responds %d', async (id, status, body) => {
      const response = await call(`/api/orders/${id}`, { method: 'DELETE' });

      expect(response.status).toBe(status);
      if (body) expect(response.body).toMatchObject(body);
      else expect(response.body).toBeUndefined();
    });
  });

  describe('GET /api/external', () => {
    it('returns the data of the upstream system', async () => {
      await expect(call('/api/external')).resolves.toMatchObject({ status: 200 });
    });

    it.each([
      [404, 404],
      [401, 502],
      [418, 502],
    ])('maps %d of the upstream system to %d', async (theirs, ours) => {
      example.systems.EXTERNAL_API.setFault({ status: theirs });

      await expect(call('/api/external')).resolves.toMatchObject({ status: ours });
    });
  });

  describe('GET /api/safe', () => {
    it('returns the data of the upstream system', async () => {
      await expect(call('/api/safe')).resolves.toMatchObject({ status: 200 });
    });

    it.each([[{ status: 500 }], [{ status: 404 }], [{ reset: true }], [{ body: '{"cut":' }]])(
      'responds with a Retry-After of a minute for %j',
      async (fault) => {
        example.systems.UNRELIABLE_API.setFault(fault);

        const { status, headers, body } = await call('/api/safe');

        expect(status).toBe(503);
        expect(headers.get('retry-after')).toBe('60');
        expect(body).toMatchObject({ retry_after: 60 });
      },
    );
  });

  describe('GET /api/flaky', () => {
    it('responds with the data of the third attempt', async () => {
      example.systems.FLAKY_API.setFault({ status: 500, times: 2 });

      await expect(call('/api/flaky')).resolves.toMatchObject({ status: 200 });
      expect(example.systems.FLAKY_API.requestCount).toBe(3);
    });

    it('responds 503 when all attempts have failed', async () => {
      example.systems.FLAKY_API.setFault({ status: 500 });

      await expect(call('/api/flaky')).resolves.toMatchObject({ status: 503 });
      expect(example.systems.FLAKY_API.requestCount).toBe(3);
    });

    it('does not retry a 4xx', async () => {
      example.systems.FLAKY_API.setFault({ status: 400 });

      await expect(call('/api/flaky')).resolves.toMatchObject({ status: 502 });
      expect(example.systems.FLAKY_API.requestCount).toBe(1);
    });
  });

  describe('POST /api/checkout', () => {
    const checkout = (sku: string, token = 'tok_ok') => ({
      customer_id: 'CUST-123',
      items: [{ sku, quantity: 1 }],
      payment: { token },
    });

    it('reserves and pays', async () => {
      await expect(post('/api/checkout', checkout('A'))).resolves.toMatchObject({
        status: 200,
        body: { reservation_id: expect.any(String), payment_id: expect.any(String) },
      });
    });

    it.each([
      [checkout('SOLD-OUT-1'), 422, { code: 'OUT_OF_STOCK', items: ['SOLD-OUT-1'] }],
      [checkout('STALE-1'), 409, { code: 'DATA_CONFLICT' }],
      [checkout('A', 'tok_declined'), 402, { code: 'PAYMENT_FAILED', reason: expect.any(String) }],
    ])('of %j responds %d with the declared error of the service', async (body, status, problem) => {
      await expect(post('/api/checkout', body)).resolves.toMatchObject({ status, body: problem });
    });

    it.each([['STOCK' as const], ['PAYMENTS' as const]])('responds 503 when %s fails', async (system) => {
      example.systems[system].setFault({ status: 500 });

      await expect(post('/api/checkout', checkout('A'))).resolves.toMatchObject({
        status: 503,
        body: { code: 'EXTERNAL_SERVICE_UNAVAILABLE' },
      });
    });
  });

  describe('GET /api/logging', () => {
    it.each([
      ['', 200],
      ['?fail=expected', 400],
      ['?fail=unexpected', 500],
    ])('%s responds %d', async (query, status) => {
      const response = await call(`/api/logging${query}`);

      expect(response.status).toBe(status);
      expect(JSON.stringify(response.body)).not.toContain('unexpected bug');
    });
  });
});
