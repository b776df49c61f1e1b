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
