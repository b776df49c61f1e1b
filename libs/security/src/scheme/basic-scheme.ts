import type { Caller } from '../caller';
import type { Client } from '../client/client';
import { findClientNetwork } from '../client/client-network';
import type { FailureLimit } from '../client/failure-limit';
import { TrustedLogins } from '../client/trusted-logins';
import type { CredentialStore } from '../secret/credential-store';
import { parseAuthorization } from './authorization';
import { NO_CREDENTIALS, type AuthenticationScheme, INVALID_HEADER, createLookupResult } from './authentication-scheme';

const BASE_64 = /^[A-Za-z\d+/]+={0,2}$/;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Creates a scheme for user names and passwords in UTF-8 (RFC 7617).
 *
 * Chosen passwords can be guessed. If a network has reached the limit of failures, its passwords are rejected without a check, except for
 * users who have logged in from it before.
 *
 * @param limit - limit of failures. Default: none
 */
export function createBasicScheme(callers: CredentialStore, limit?: FailureLimit): AuthenticationScheme {
  const trusted = new TrustedLogins();

  const find = ({ username, password }: BasicCredentials, client: Client) => {
    const network = findClientNetwork(client.ip);
    const isReached = limit?.isReached(network) === true;
    if (isReached && !trusted.has(network, username)) return undefined;
    const record = (caller: Caller | undefined) => {
      if (caller) trusted.add(network, username);
      else if (isReached) trusted.delete(network, username);
      return caller;
    };
    const found = callers.find(password, username, client);
    return found instanceof Promise ? found.then(record) : record(found);
  };

  return {
    header: 'authorization',
    challenge: { scheme: 'Basic', parameters: 'charset="UTF-8"' },
    check(value, _presented, client) {
      const read = value === undefined ? undefined : parseAuthorization(value);
      if (read?.scheme !== 'basic') return NO_CREDENTIALS;
      const pair = decodeCredentials(read.credentials);
      return pair ? createLookupResult(find(pair, client), 'INVALID_CREDENTIALS') : INVALID_HEADER;
    },
  };
}

interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** Splits at the first colon, since a password may contain colons. Rejects control characters. */
function decodeCredentials(credentials: string): BasicCredentials | undefined {
  if (!BASE_64.test(credentials)) return undefined;
  const text = decodeUtf8(Buffer.from(credentials, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon === -1 || /\p{Cc}/u.test(text)) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    // Not UTF-8: the header is malformed.
    return undefined;
  }
}
