import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { sendRequest } from '../send-request';
import { type ExampleBus, startExampleBus } from './example-bus';

const SECRET = 'whsec_dHJ1bmtsaW5lIGRlbW8gc2VjcmV0';

describe('POST /hooks/payments', () => {
  let example: ExampleBus;
  beforeAll(async () => {
    example = await startExampleBus();
  });
  afterAll(() => example.stop());

  const deliver = (secret: string) => {
    const [id, at] = [`msg_${randomUUID()}`, new Date()];
    const body = JSON.stringify({ type: 'payment.settled', data: { payment_id: 'PAY-1' } });
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    };
    return sendRequest(`${example.url}/hooks/payments`, { method: 'POST', headers, body });
  };

  it('acknowledges a delivery of the payment provider', async () => {
    // The first job opens the store, and waits for a second at most.
    let response = await deliver(SECRET);
    while (response.status === 503) response = await deliver(SECRET);

    expect([response.status, response.text]).toEqual([200, '']);
  });

  it('rejects a delivery with another secret', async () => {
    const { status, body } = await deliver('whsec_YW5vdGhlciBzZWNyZXQgb2YgYW5vdGhlciBidXM=');

    expect([status, body['code']]).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID']);
  });
});
