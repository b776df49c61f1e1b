import type { StaticCredential } from './credential';
import type { Header } from './header-rules';

/** Creates the header that carries a credential. */
export function createCredentialHeader(credential: StaticCredential): Header {
  if (credential.type === 'apiKey') return [credential.header.toLowerCase(), credential.key];
  if (credential.type === 'bearer') return ['authorization', `Bearer ${credential.token}`];
  // UTF-8, which a server may request (RFC 7617 §2.1) and nearly all servers expect.
  const userPass = Buffer.from(`${credential.username}:${credential.password}`, 'utf8').toString('base64');
  return ['authorization', `Basic ${userPass}`];
}
