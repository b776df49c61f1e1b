import { hash, timingSafeEqual } from 'node:crypto';
import { getHeader, getQueryParameter, type WebhookDelivery } from '../delivery';
import {
  defineWebhookScheme,
  type Mac,
  type SignedMessage,
  textKey,
  type UnreadableSignature,
} from '../webhook-scheme';
import { publicUrl } from './public-url';

const BODY_DIGEST = 'bodySHA256';
const AUTHORITY = /^(https?:\/\/)([^/]*?)(:\d+)?(\/.*)?$/;
const STANDARD_PORTS: Readonly<Record<string, string>> = { 'http://': ':80', 'https://': ':443' };
const FORM = 'application/x-www-form-urlencoded';

const MACS: ReadonlyMap<string, Mac> = new Map([
  ['HMAC_SHA1', { algorithm: 'sha1', encoding: 'base64' }],
  ['HMAC_SHA256', { algorithm: 'sha256', encoding: 'base64' }],
]);

/**
 * Twilio ("Webhooks security"): the URL is signed, and after it the fields of a form, sorted; another body by its digest, which is in the
 * query. The secret is the auth token of the account, or a shared key.
 */
export const twilio = defineWebhookScheme({
  name: 'twilio',
  description: 'Twilio',
  options: { url: publicUrl },
  formats: ['form', 'json'],
  create: ({ url }) => ({
    ...textKey,
    mac: { algorithm: 'sha1', encoding: 'base64' },
    read: (delivery) => readTwilio(delivery, listUrls(url)),
    findId: (delivery) => getHeader(delivery, 'i-twilio-idempotency-token'),
    signatureParameters: [BODY_DIGEST],
  }),
});

function readTwilio(
  delivery: WebhookDelivery,
  urls: readonly string[],
): readonly SignedMessage[] | UnreadableSignature {
  const signature = getHeader(delivery, 'x-twilio-signature');
  if (signature === undefined) return { reason: 'X-Twilio-Signature is missing' };
  const isForm = getHeader(delivery, 'content-type')?.toLowerCase().startsWith(FORM) === true;
  if (!isForm && !hasBodyDigest(delivery)) return { reason: `${BODY_DIGEST} of the query is not that of the body` };
  const fields = isForm ? formatFields(delivery.body) : '';
  const mac = findMac(getHeader(delivery, 'x-twilio-webhooks-signature-settings'));
  if (!mac) return { reason: 'X-Twilio-Webhooks-Signature-Settings has an unknown algorithm' };
  return [{ signatures: [signature], contents: urls.map((url) => [url + delivery.query + fields]), mac }];
}

/** A delivery that is signed with a shared key, and not with the auth token, names its algorithm. */
function findMac(settings: string | undefined): Mac | undefined {
  const name = /(?:^|,)\s*algorithm\s*=\s*(\w+)/.exec(settings ?? '')?.[1] ?? 'HMAC_SHA1';
  return MACS.get(name.toUpperCase());
}

/** Without the digest, a signature says nothing about a body that is not a form. */
function hasBodyDigest(delivery: WebhookDelivery): boolean {
  const sent = Buffer.from(getQueryParameter(delivery, BODY_DIGEST) ?? '');
  const expected = Buffer.from(hash('sha256', delivery.body));
  return sent.length === expected.length ? timingSafeEqual(sent, expected) : false;
}

/** Names and values of a form in the order of their names. A value that occurs twice is signed once. */
function formatFields(body: Buffer): string {
  const fields = new URLSearchParams(body.toString('utf8'));
  const names = [...new Set(fields.keys())].toSorted();
  return names.map((name) => formatField(name, fields.getAll(name))).join('');
}

function formatField(name: string, values: readonly string[]): string {
  return [...new Set(values)]
    .toSorted()
    .map((value) => name + value)
    .join('');
}

/** Twilio signs some URLs with a port, and some without. */
function listUrls(url: string): readonly string[] {
  const [, scheme = '', host = '', port = '', path = ''] = AUTHORITY.exec(url) ?? [];
  return [`${scheme}${host}${path}`, `${scheme}${host}${port || STANDARD_PORTS[scheme]}${path}`];
}
