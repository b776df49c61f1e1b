import { waitUntil } from '@trunkline/testing';
import { sendRequest, createJsonRequest } from '../send-request';
import { type ExampleBus, startExampleBus } from './example-bus';

const ORDER = { customer_id: 'CUST-123', items: [{ sku: 'AB-1000', quantity: 2 }] };

describe('the jobs of the example bus', () => {
  let example: ExampleBus;
  beforeAll(async () => {
    example = await startExampleBus();
  });
  afterAll(() => example.stop());

  it('place an order for a client that prefers a job', async () => {
    const accepted = await sendRequest(
      `${example.url}/api/orders`,
      createJsonRequest('POST', ORDER, { prefer: 'respond-async' }),
    );

    expect(accepted).toMatchObject({ status: 202, body: { service: 'order.create' } });
    await expect(settled(accepted.headers.get('location') ?? '')).resolves.toMatchObject({
      state: 'completed',
      result: { customer_id: 'CUST-123', status: 'created' },
    });
  });

  it('announce a new order to those who follow the orders', async () => {
    const abort = new AbortController();
    const events = await fetch(`${example.url}/api/events`, {
      signal: abort.signal,
      headers: { 'last-event-id': '0' },
    });
    await sendRequest(`${example.url}/api/orders`, createJsonRequest('POST', { ...ORDER, customer_id: 'CUST-777' }));
    let text = '';
    for await (const chunk of events.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (text.includes('CUST-777')) break;
    }
    abort.abort();

    expect(events.headers.get('content-type')).toBe('text/event-stream');
    expect(text).toMatch(/id: \d+\nevent: order\ndata: \{.*"customer_id":"CUST-777"\}\n\n$/);
  });

  it('reject an invalid order before there is a job', async () => {
    const rejected = await sendRequest(
      `${example.url}/api/orders`,
      createJsonRequest('POST', {}, { prefer: 'respond-async' }),
    );

    expect(rejected).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  async function settled(location: string): Promise<unknown> {
    return waitUntil(async () => {
      const { body } = await sendRequest(`${example.url}${location}`);
      return body['state'] === 'completed' || body['state'] === 'failed' ? body : undefined;
    });
  }
});
