import { createHmac, randomUUID } from 'node:crypto';
import { sign as signForGithub } from '@octokit/webhooks-methods';
import { WebhooksHelper } from 'square';
import { Webhook } from 'standardwebhooks';
import stripe from 'stripe';
import { getExpectedBodyHash, getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';

const JSON_TYPE = 'application/json';

/** A delivery, ready to be sent. */
export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Query of the URL, with its `?`. */
  readonly query?: string;
}

/** A sender of webhooks, which signs as its vendor does. */
export interface Sender {
  /** Value of `scheme`. */
  readonly scheme: string;
  /** Keys of the channel besides path, service and secret, as YAML. */
  readonly keys?: string;
  readonly secret: string;
  readonly otherSecret: string;
  /** Header of the signature; `undefined` where it is in the body. */
  readonly header: string;
  /** Creates a new delivery. */
  readonly sign: (secret: string, at?: Date) => Promise<SignedDelivery>;
  /** Whether a delivery has a timestamp that becomes stale. */
  readonly hasTimestamp: boolean;
}

const digest = (secret: string | Buffer, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', secret).update(text).digest(encoding);
const toSeconds = (at: Date) => String(Math.floor(at.getTime() / 1_000));
/** Unusual white space, escapes and letters: only the bytes themselves have the signature. */
const createBody = (members: object) =>
  JSON.stringify({ ...members, note: 'Zoë ✓ </script>', amount: 1.5 }, undefined, 1).replace('Zoë', 'Zo\\u00eb');

/** The senders whose libraries sign, and those whose documents define it. */
export const SENDERS: readonly Sender[] = [
  {
    scheme: 'standard',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    otherSecret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
    header: 'webhook-signature',
    hasTimestamp: true,
    async sign(secret, at = new Date()) {
      const [id, body] = [`msg_${randomUUID()}`, createBody({ type: 'invoice.paid' })];
      const signature = new Webhook(secret).sign(id, at, body);
      const headers = { 'webhook-id': id, 'webhook-timestamp': toSeconds(at), 'webhook-signature': signature };
      return { headers: { ...headers, 'content-type': JSON_TYPE }, body };
    },
  },
  {
    scheme: 'stripe',
    secret: 'whsec_test_secret',
    otherSecret: 'whsec_other_secret',
    header: 'stripe-signature',
    hasTimestamp: true,
    async sign(secret, at = new Date()) {
      const body = createBody({ id: `evt_${randomUUID()}`, object: 'event' });
      const options = { payload: body, secret, timestamp: Number(toSeconds(at)) };
      const signature = stripe.webhooks.generateTestHeaderString(options);
      return { headers: { 'stripe-signature': signature, 'content-type': 'application/json; charset=utf-8' }, body };
    },
  },
  {
    scheme: 'github',
    secret: "It's a Secret to Everybody",
    otherSecret: 'another secret',
    header: 'x-hub-signature-256',
    hasTimestamp: false,
    async sign(secret) {
      const body = createBody({ action: 'opened' });
      const headers = { 'x-github-delivery': randomUUID(), 'x-hub-signature-256': await signForGithub(secret, body) };
      return { headers: { ...headers, 'content-type': JSON_TYPE }, body };
    },
  },
  {
    scheme: 'slack',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    otherSecret: '0f742231b10e8888abcd99yyyzzz85a5',
    header: 'x-slack-signature',
    hasTimestamp: true,
    async sign(secret, at = new Date()) {
      const body = createBody({ type: 'event_callback', event_id: `Ev${randomUUID()}` });
      const signature = `v0=${digest(secret, `v0:${toSeconds(at)}:${body}`)}`;
      const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': toSeconds(at) };
      return { headers: { ...headers, 'content-type': JSON_TYPE }, body };
    },
  },
  {
    scheme: 'shopify',
    secret: 'hush',
    otherSecret: 'hush hush',
    header: 'x-shopify-hmac-sha256',
    hasTimestamp: false,
    async sign(secret) {
      const body = createBody({ id: 450_789_469 });
      const signature = digest(secret, body, 'base64');
      const headers = { 'x-shopify-webhook-id': randomUUID(), 'x-shopify-hmac-sha256': signature };
      return { headers: { ...headers, 'content-type': JSON_TYPE }, body };
    },
  },
  {
    scheme: 'twilio',
    keys: 'url: https://bus.example.com/twilio',
    secret: 'f0e1d2c3b4a5968778695a4b3c2d1e0f',
    otherSecret: '00e1d2c3b4a5968778695a4b3c2d1e0f',
    header: 'x-twilio-signature',
    hasTimestamp: false,
    async sign(secret) {
      const fields = { MessageSid: `SM${randomUUID()}`, From: '+14158675310', Body: 'Zoë & co. = 100 %', Empty: '' };
      const signature = getExpectedTwilioSignature(secret, 'https://bus.example.com/twilio', fields);
      const headers = { 'x-twilio-signature': signature, 'i-twilio-idempotency-token': randomUUID() };
      const body = new URLSearchParams(fields).toString();
      return { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }, body };
    },
  },
  {
    scheme: 'square',
    keys: 'url: https://bus.example.com/square',
    secret: 'asdf1234',
    otherSecret: 'asdf12345',
    header: 'x-square-hmacsha256-signature',
    hasTimestamp: false,
    async sign(secret) {
      const [notificationUrl, requestBody] = ['https://bus.example.com/square', createBody({ event_id: randomUUID() })];
      const signatureHeader = digest(secret, notificationUrl + requestBody, 'base64');
      // Its library only verifies.
      const parts = { requestBody, signatureHeader, signatureKey: secret, notificationUrl };
      if (!(await WebhooksHelper.verifySignature(parts))) throw new Error('Square would not sign like this');
      const headers = { 'x-square-hmacsha256-signature': signatureHeader, 'content-type': JSON_TYPE };
      return { headers, body: requestBody };
    },
  },
  {
    scheme: 'zoom',
    secret: 'zoom-secret-token',
    otherSecret: 'zoom-secret-token-2',
    header: 'x-zm-signature',
    hasTimestamp: true,
    async sign(secret, at = new Date()) {
      const body = createBody({ event: 'meeting.started', event_ts: at.getTime(), payload: { id: randomUUID() } });
      const signature = `v0=${digest(secret, `v0:${toSeconds(at)}:${body}`)}`;
      const headers = { 'x-zm-signature': signature, 'x-zm-request-timestamp': toSeconds(at) };
      return { headers: { ...headers, 'content-type': JSON_TYPE }, body };
    },
  },
  {
    scheme: 'hmac',
    keys: "header: X-Signature, prefix: 'sha256=', signed: '{header.X-Id}|{timestamp}|{body}', timestampHeader: X-Time, idHeader: X-Id",
    secret: 'a secret of our own',
    otherSecret: 'another secret of our own',
    header: 'x-signature',
    hasTimestamp: true,
    async sign(secret, at = new Date()) {
      const [id, body] = [randomUUID(), createBody({ kind: 'own' })];
      const signature = `sha256=${digest(secret, `${id}|${toSeconds(at)}|${body}`)}`;
      const headers = { 'x-signature': signature, 'x-time': toSeconds(at), 'x-id': id, 'content-type': JSON_TYPE };
      return { headers, body };
    },
  },
  {
    scheme: 'meta',
    keys: 'verifyToken: token-of-meta',
    secret: 'app secret',
    otherSecret: 'other app secret',
    header: 'x-hub-signature-256',
    hasTimestamp: false,
    async sign(secret) {
      const body = createBody({ object: 'page', entry: [{ id: randomUUID(), time: Date.now() }] });
      return { headers: { 'x-hub-signature-256': `sha256=${digest(secret, body)}`, 'content-type': JSON_TYPE }, body };
    },
  },
];

/** A delivery of Twilio in JSON: the digest of the body is part of the signed URL. */
export function signTwilioJson(secret: string, url: string, body: string): SignedDelivery {
  const query = `?bodySHA256=${getExpectedBodyHash(body)}`;
  const signature = getExpectedTwilioSignature(secret, url + query, {});
  const headers = { 'x-twilio-signature': signature, 'i-twilio-idempotency-token': randomUUID() };
  return { headers: { ...headers, 'content-type': JSON_TYPE }, body, query };
}
