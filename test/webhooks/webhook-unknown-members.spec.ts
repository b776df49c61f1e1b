import { randomUUID } from 'node:crypto';
import stripe from 'stripe';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { createJobsDirectory } from '../jobs/jobs-directory';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';

const SECRET = 'whsec_test';
const paymentInput = z.strictObject({ id: z.string(), object: z.strictObject({ amount: z.number() }) });

/** Inputs of all invocations. */
const received: unknown[] = [];

@BusService({ name: 'payment.record', input: paymentInput })
class RecordPayment extends Service<z.infer<typeof paymentInput>> {
  handle() {
    received.push(this.request.input);
    return { recorded: true };
  }
}

const createConfig = (directory: string) => `
bus: { http: { port: 0 }, jobs: { directory: '${directory}' } }
channels:
  webhook:
    later: { path: /later, service: payment.record, scheme: stripe, secret: ${SECRET} }
    sync: { path: /sync, service: payment.record, scheme: stripe, secret: ${SECRET}, async: false }
    refusing-later: { path: /refusing-later, service: payment.record, scheme: stripe, secret: ${SECRET}, unknown: refuse }
    refusing-sync: { path: /refusing-sync, service: payment.record, scheme: stripe, secret: ${SECRET}, unknown: refuse, async: false }
`;

describe('members of a delivery that its service does not declare', () => {
  let bus: RunningBus;

  beforeAll(async () => {
    const config = { 'test-bus.yaml': createConfig(await createJobsDirectory()) };
    bus = await startBus({ config, services: [RecordPayment] });
    // The first job opens the store, and waits for a second at most.
    await waitUntil(async () => (await deliver('/later', createPayment())).status === 200);
    await waitUntil(() => received.length > 0);
  }, 60_000);

  afterAll(() => bus.stop());

  beforeEach(() => {
    received.length = 0;
  });

  const deliver = (path: string, event: object) => {
    const payload = JSON.stringify(event);
    const signature = stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET });
    const headers = { 'stripe-signature': signature, 'content-type': 'application/json' };
    return sendRequest(bus.url + path, { method: 'POST', headers, body: payload });
  };

  it.each(['/later', '/sync', '/later?utm_source=mail', '/sync?utm_source=mail'])(
    'are removed, nested ones and those of the query too: %s',
    async (path) => {
      const payment = createPayment();
      const sent = { ...payment, livemode: true, object: { ...payment.object, added: { in: 'June' } } };

      const { status } = await deliver(path, sent);
      await waitUntil(() => received.length > 0);

      expect(status).toBe(200);
      expect(received).toEqual([payment]);
    },
  );

  it.each(['/later', '/sync'])('do not hide what is wrong otherwise: %s', async (path) => {
    const { status, body } = await deliver(path, { ...createPayment(), object: { amount: 'twelve' }, livemode: true });

    expect([status, body['code']]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body['errors']).toMatchObject([{ pointer: '#/object/amount' }]);
    expect(received).toEqual([]);
  });

  it.each(['/refusing-later', '/refusing-sync'])('have 400 with `unknown: refuse`: %s', async (path) => {
    const { status, body } = await deliver(path, { ...createPayment(), livemode: true });

    expect([status, body['code']]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body['errors']).toMatchObject([{ pointer: '#/livemode' }]);
    expect(received).toEqual([]);
  });
});

function createPayment() {
  return { id: `evt_${randomUUID()}`, object: { amount: 12 } };
}

async function waitUntil(isDone: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 20));
}
