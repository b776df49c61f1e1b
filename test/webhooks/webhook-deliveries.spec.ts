import { createHmac, randomUUID } from 'node:crypto';
import { BusService, Service } from 'trunkline';
import { createJobsDirectory } from '../jobs/jobs-directory';
import { type RunningBus, startBus } from '../running-bus';
import { type HttpResponse, sendRequest } from '../send-request';
import { SENDERS, type SignedDelivery, signTwilioJson } from './senders';

/** Inputs of all invocations. */
const received: unknown[] = [];
/** Whether the service fails. */
let isBroken = false;

@BusService({ name: 'event.take' })
class TakeEvent extends Service<Record<string, unknown>> {
  handle() {
    received.push(this.request.input);
    if (isBroken) throw new Error('not today');
    return { taken: true };
  }
}

const OLD_SECRET = 'whsec_old';
const NEW_SECRET = 'whsec_new';

const createConfig = (directory: string) => `
bus: { http: { port: 0 }, log: { level: debug }, jobs: { directory: '${directory}' } }
channels:
  webhook:
    later: { path: /later, service: event.take, scheme: stripe, secret: ${OLD_SECRET} }
    rotated: { path: /rotated, service: event.take, scheme: stripe, secrets: [${NEW_SECRET}, ${OLD_SECRET}], async: false }
    repeated: { path: /repeated, service: event.take, scheme: stripe, secret: ${OLD_SECRET}, async: false, dedupe: off }
    sync: { path: /sync, service: event.take, scheme: stripe, secret: ${OLD_SECRET}, async: false }
    published: { path: /published, topic: events, scheme: stripe, secret: ${OLD_SECRET} }
    mailgun: { path: /mailgun, service: event.take, scheme: mailgun, secret: key-of-mailgun, async: false }
    adyen: { path: /adyen, service: event.take, scheme: adyen, secret: 44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056 }
    twilio: { path: /twilio, service: event.take, scheme: twilio, secret: token, url: 'https://bus.example.com/twilio', async: false }
    slack: { path: /slack, service: event.take, scheme: slack, secret: signing, async: false }
topics: { events: { subscribers: [{ service: event.take }] } }
`;

const signForStripe = (secret: string): Promise<SignedDelivery> => {
  const stripe = SENDERS.find(({ scheme }) => scheme === 'stripe');
  if (!stripe) throw new Error('no Stripe');
  return stripe.sign(secret);
};

describe('a delivery', () => {
  let bus: RunningBus;

  beforeAll(async () => {
    const config = { 'test-bus.yaml': createConfig(await createJobsDirectory()) };
    bus = await startBus({ config, services: [TakeEvent] });
    // The first job opens the store, and waits for a second at most.
    await waitUntil(async () => (await deliver('/later', await signForStripe(OLD_SECRET))).status === 200);
    await waitUntil(() => received.length > 0);
  }, 60_000);

  afterAll(() => bus.stop());

  beforeEach(() => {
    received.length = 0;
    isBroken = false;
  });

  const deliver = (path: string, { headers, body, query = '' }: SignedDelivery): Promise<HttpResponse> =>
    sendRequest(bus.url + path + query, { method: 'POST', headers, body });

  it('is acknowledged with 200 and no details once its job is stored, and then handled', async () => {
    const delivery = await signForStripe(OLD_SECRET);

    const { status, headers, text } = await deliver('/later', delivery);
    await waitUntil(() => received.length > 0);

    expect([status, text, headers.get('location')]).toEqual([200, '', null]);
    expect(received).toEqual([JSON.parse(delivery.body)]);
  });

  it('becomes one job, though it arrives ten times in parallel and once more', async () => {
    const delivery = await signForStripe(OLD_SECRET);

    const responses = await Promise.all(Array.from({ length: 10 }, () => deliver('/later', delivery)));
    const again = await deliver('/later', delivery);
    // A later delivery has been handled, so that a second job would have been, too.
    await deliver('/later', await signForStripe(OLD_SECRET));
    await waitUntil(() => received.length >= 2);

    expect(responses.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect([...responses, again].filter(isFirstAcceptance)).toHaveLength(1);
    expect(again.status).toBe(200);
    expect(received).toHaveLength(2);
  });

  it('is published to a topic, and acknowledged in the same way', async () => {
    const { status, text } = await deliver('/published', await signForStripe(OLD_SECRET));
    await waitUntil(() => received.length > 0);

    expect([status, text]).toEqual([200, '']);
  });

  it.each([OLD_SECRET, NEW_SECRET])('is accepted with each secret of a rotation: %s', async (secret) => {
    const { status } = await deliver('/rotated', await signForStripe(secret));

    expect(status).toBe(200);
  });

  it('is handled again after a failure, since its sender repeats it', async () => {
    const delivery = await signForStripe(OLD_SECRET);
    isBroken = true;
    const failed = await deliver('/sync', delivery);
    isBroken = false;

    const repeated = await deliver('/sync', delivery);

    expect([failed.status, repeated.status]).toEqual([500, 200]);
    expect(received).toHaveLength(2);
  });

  it('is handled every time with `dedupe: off`', async () => {
    const delivery = await signForStripe(OLD_SECRET);

    await deliver('/repeated', delivery);
    await deliver('/repeated', delivery);

    expect(received).toHaveLength(2);
  });

  it('may arrive in chunks', async () => {
    const { headers, body } = await signForStripe(OLD_SECRET);
    const chunks = new ReadableStream({
      start(controller) {
        for (const byte of Buffer.from(body)) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });

    const { status } = await sendRequest(`${bus.url}/sync`, { method: 'POST', headers, body: chunks, duplex: 'half' });

    expect(status).toBe(200);
  });

  it('is rejected by its signature before its body is parsed', async () => {
    const { headers } = await signForStripe(OLD_SECRET);

    const { status, body } = await deliver('/sync', { headers, body: '{"id":' });

    expect([status, body['code']]).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID']);
  });

  it('needs a signature even without a body', async () => {
    const { status } = await deliver('/sync', { headers: {}, body: '' });

    expect(status).toBe(401);
  });

  it('has 415 for a signed body of another format', async () => {
    const { headers, body } = await signForStripe(OLD_SECRET);

    const response = await deliver('/sync', { headers: { ...headers, 'content-type': 'text/csv' }, body });

    expect([response.status, response.headers.get('accept-post')]).toEqual([415, 'application/json']);
  });

  it('has 413 beyond the limit of bodies', async () => {
    const { headers } = await signForStripe(OLD_SECRET);

    const { status } = await deliver('/sync', { headers, body: 'x'.repeat(2 * 1_024 * 1_024) });

    expect(status).toBe(413);
  });

  it('of Mailgun has its signature in the body, and its token as its id', async () => {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const token = randomUUID();
    const signature = createHmac('sha256', 'key-of-mailgun').update(`${timestamp}${token}`).digest('hex');
    const createDelivery = (sent: string) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ signature: { timestamp, token, signature: sent }, 'event-data': { event: 'opened' } }),
    });

    const wrong = await deliver('/mailgun', createDelivery(signature.replace(/./, 'x')));
    const first = await deliver('/mailgun', createDelivery(signature));
    const second = await deliver('/mailgun', createDelivery(signature));

    expect([wrong.status, first.status, second.status]).toEqual([401, 200, 200]);
    expect(received).toHaveLength(1);
  });

  it('of Adyen needs a signature of every item, and is answered [accepted]', async () => {
    const amount = { value: 1_130, currency: 'EUR' };
    const names = { merchantAccountCode: 'TestMerchant', merchantReference: 'TestPayment-1407325143704' };
    const event = { eventCode: 'AUTHORISATION', success: 'true', pspReference: '7914073381342284' };
    const additionalData = { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' };
    const item = { NotificationRequestItem: { additionalData, amount, ...names, ...event } };
    const unsigned = { NotificationRequestItem: { amount, ...names, ...event } };
    const createDelivery = (...items: readonly object[]) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ live: 'false', notificationItems: items }),
    });

    const wrong = await deliver('/adyen', createDelivery(item, unsigned));
    const right = await deliver('/adyen', createDelivery(item));
    await waitUntil(() => received.length > 0);

    expect([wrong.status, right.status, right.text]).toEqual([401, 200, '[accepted]']);
  });

  it('of Twilio in JSON has the digest of its body in the URL, which is no input', async () => {
    const delivery = signTwilioJson('token', 'https://bus.example.com/twilio', '{"a":1}');

    const right = await deliver('/twilio', delivery);
    const changed = await deliver('/twilio', { ...delivery, body: '{"a":2}' });
    const bare = await deliver('/twilio', { ...delivery, query: '' });

    expect([right.status, changed.status, bare.status]).toEqual([200, 401, 401]);
    expect(received).toEqual([{ a: 1 }]);
  });

  it('of Twilio may be signed with the standard port, and with several values of a field', async () => {
    const body = 'To=%2B1&Media=b&Media=a&Media=a';
    const text = 'https://bus.example.com:443/twilio?x=1MediaaMediabTo+1';
    const signature = createHmac('sha1', 'token').update(text).digest('base64');
    const headers = { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' };

    const { status } = await deliver('/twilio', { headers, body, query: '?x=1' });

    expect(status).toBe(200);
  });

  it('of Slack may be a form: a command or an interaction', async () => {
    const at = String(Math.floor(Date.now() / 1_000));
    const body = 'command=%2Fweather&text=94070&trigger_id=13345224609.738474920.8088930838d88f008e0';
    const signature = createHmac('sha256', 'signing').update(`v0:${at}:${body}`).digest('hex');
    const headers = { 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${signature}` };

    const { status } = await deliver('/slack', {
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });

    expect(status).toBe(200);
    expect(received).toMatchObject([{ command: '/weather', text: '94070' }]);
  });
});

function isFirstAcceptance({ status, headers }: HttpResponse): boolean {
  return status === 200 && !headers.has('idempotency-replayed');
}

async function waitUntil(isDone: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 20));
}
