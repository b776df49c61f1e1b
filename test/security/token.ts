import { createHmac, type KeyObject, sign } from 'node:crypto';

/** Creates valid claims for the bus of a test, with changes; `undefined` removes a claim. */
export function createClaims(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  return { iss: 'https://id.example.com', aud: 'bus', sub: 'ann', exp: nowSeconds + 300, ...changes };
}

/** Creates a token in the compact form (RFC 7515 §3.1). A text key signs with HMAC; without a key the token is unsigned. */
export function createToken(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  key?: KeyObject | string,
): string {
  const signed = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createSignature(signed, key)}`;
}

function createSignature(text: string, key: KeyObject | string | undefined): string {
  if (key === undefined) return '';
  if (typeof key === 'string') return createHmac('sha256', key).update(text).digest('base64url');
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}
