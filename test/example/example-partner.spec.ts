import { randomUUID } from 'node:crypto';
import { sendRequest, createJsonRequest } from '../send-request';
import { type ExampleBus, startExampleBus } from './example-bus';

const ORDER = { customer_id: 'CUST-123', items: [{ sku: 'AB-1000', quantity: 1 }] };

describe('POST /partner/orders', () => {
  let example: ExampleBus;
  beforeAll(async () => {
    example = await startExampleBus();
  });
  afterAll(() => example.stop());

  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    sendRequest(
      `${example.url}/partner/orders`,
      createJsonRequest('POST', body, { 'idempotency-key': randomUUID(), ...headers }),
    );

  it('places an order for a partner with a valid key', async () => {
    const { status, headers } = await post(ORDER, { 'x-api-key': 'acme-demo-key' });

    expect(status).toBe(201);
    expect(headers.get('location')).toMatch(/^\/api\/orders\//);
  });

  it.each([
    ['no key', {}, 'AUTH_REQUIRED'],
    ['a wrong key', { 'x-api-key': 'acme-demo-kex' }, 'INVALID_CREDENTIALS'],
  ])('is 401 in an envelope with %s, for any body', async (_what, headers, code) => {
    const { status, body, headers: answered } = await post('{"a":', headers);

    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { code } });
    expect(answered.get('www-authenticate')).toBe('ApiKey realm="storefront", header="X-API-Key"');
  });

  it('is 400 in an envelope for an invalid order', async () => {
    const { status, body } = await post({}, { 'x-api-key': 'acme-demo-key' });

    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'VALIDATION_FAILED' } });
  });
});
