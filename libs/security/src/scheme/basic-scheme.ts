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
 * Callers are known by user name and password, in UTF-8 (RFC 7617).
 *
 * People choose passwords that can be guessed. So a network that has reached the limit of failures has no password checked, right or
 * wrong, except for users who have signed in from there before.
 *
 * @param limit - of failures. Default: none
 */
export function createBasicScheme(callers: CredentialStore, limit?: FailureLimit): AuthenticationScheme {
  const proven = new TrustedLogins();

  const find = ({ username, password }: BasicCredentials, client: Client) => {
    const network = findClientNetwork(client.ip);
    const isReached = limit?.isReached(network) === true;
    if (isReached && !proven.has(network, username)) return undefined;
    const note = (caller: Caller | undefined) => {
      if (caller) proven.add(network, username);
      else if (isReached) proven.delete(network, username);
      return caller;
    };
    const found = callers.find(password, username, client);
    return found instanceof Promise ? found.then(note) : note(found);
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

/** The first colon parts them: a password may have more of them. Neither may have control characters. */
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
    // Not UTF-8: the caller is told that the header cannot be read.
    return undefined;
  }
}
