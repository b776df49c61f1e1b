import { BusService, Service } from 'trunkline';
import { type RunningBus, startBus } from '../running-bus';
import { type HttpResponse, sendRequest } from '../send-request';
import { SENDERS, type Sender, type SignedDelivery } from './senders';

/** Inputs of all invocations, by the path of their channel. */
const received: { readonly path: string; readonly input: unknown }[] = [];

@BusService({ name: 'event.take' })
class TakeEvent extends Service<Record<string, unknown>> {
  handle() {
    received.push({ path: this.request.http?.path ?? '', input: this.request.input });
    return { taken: true };
  }
}

const quote = (text: string) => text.replaceAll("'", "''");

const createChannel = ({ scheme, keys, secret }: Sender) =>
  `    ${scheme}: { path: /${scheme}, service: event.take, scheme: ${scheme}, secret: '${quote(secret)}', async: false${
    keys === undefined ? '' : `, ${keys}`
  } }`;

const CONFIG = `
channels:
  webhook:
${SENDERS.map(createChannel).join('\n')}
`;

describe('a webhook channel', () => {
  let bus: RunningBus;

  beforeAll(async () => {
    bus = await startBus({ config: { 'channels.yaml': CONFIG }, services: [TakeEvent] });
  });

  afterAll(() => bus.stop());

  beforeEach(() => {
    received.length = 0;
  });

  const deliver = (path: string, { headers, body, query = '' }: SignedDelivery): Promise<HttpResponse> =>
    sendRequest(bus.url + path + query, { method: 'POST', headers, body });
  const readReasons = () =>
    bus
      .readLog()
      .filter(({ code }) => code === 'WEBHOOK_SIGNATURE_INVALID')
      .map(({ reason }) => reason);

  describe.each(SENDERS)('of the scheme $scheme', ({ scheme, sign, secret, otherSecret, header }) => {
    it('accepts what the sender has signed', async () => {
      const delivery = await sign(secret);

      const response = await deliver(`/${scheme}`, delivery);

      expect([response.status, response.body]).toEqual([200, { taken: true }]);
      expect(received).toHaveLength(1);
    });

    it('rejects 40 wrong signatures, and does not invoke the service', async () => {
      const deliveries = [...createWrongSignatures(await sign(secret), header), await sign(otherSecret)];

      const statuses = [];
      for (const delivery of deliveries) {
        const { status, body } = await deliver(`/${scheme}`, delivery);
        statuses.push(`${status} ${String(body['code'])}`);
      }

      expect(statuses).toEqual(Array.from({ length: 40 }, () => '401 WEBHOOK_SIGNATURE_INVALID'));
      expect(received).toEqual([]);
    });

    it('rejects a body of which one byte differs', async () => {
      const { headers, body, query = '' } = await sign(secret);

      const response = await deliver(`/${scheme}`, { headers, body: `${body} `, query });

      expect(response.status).toBe(401);
    });

    it('handles a delivery once, which arrives ten times in parallel', async () => {
      const delivery = await sign(secret);

      const responses = await Promise.all(Array.from({ length: 10 }, () => deliver(`/${scheme}`, delivery)));
      const again = await deliver(`/${scheme}`, delivery);

      expect(responses.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
      expect(again.status).toBe(200);
      expect(received).toHaveLength(1);
    });
  });

  it.each(SENDERS.filter(({ hasTimestamp }) => hasTimestamp))(
    'rejects a delivery of an hour ago, and logs why: $scheme',
    async ({ scheme, sign, secret }) => {
      const before = readReasons().length;

      const response = await deliver(`/${scheme}`, await sign(secret, new Date(Date.now() - 3_600_000)));

      expect(response.body['code']).toBe('WEBHOOK_SIGNATURE_INVALID');
      expect(response.text).not.toContain('timestamp');
      expect(readReasons().slice(before)).toEqual([
        expect.stringMatching(/^the timestamp differs from the time of the bus by 360[01] s$/),
      ]);
    },
  );

  it('never logs a secret', () => {
    const log = JSON.stringify(bus.readLog());

    expect(SENDERS.filter(({ secret }) => log.includes(secret))).toEqual([]);
  });
});

/** 39 deliveries whose signature is missing, cut, changed or of something else. */
function createWrongSignatures({ headers, body, query = '' }: SignedDelivery, header: string): SignedDelivery[] {
  const { [header]: signature = '', ...others } = headers;
  const withSignature = (value: string) => ({ headers: { ...others, [header]: value }, body, query });
  const flipped = Array.from({ length: 30 }, (_, index) => {
    const at = signature.length - 2 - index;
    if (at < 0) return withSignature(`${signature}${index}`);
    return withSignature(signature.slice(0, at) + (signature[at] === 'x' ? 'y' : 'x') + signature.slice(at + 1));
  });
  return [
    ...flipped,
    { headers: others, body, query },
    withSignature(''),
    withSignature('='),
    withSignature('v1,'),
    withSignature('sha256='),
    withSignature(signature.slice(0, -1)),
    withSignature(`${signature}A`),
    withSignature(signature.split('').toReversed().join('')),
    withSignature('A'.repeat(4_000)),
  ];
}
