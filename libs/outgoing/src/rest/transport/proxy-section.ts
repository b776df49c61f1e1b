import { secret, switchable } from '@trunkline/config';
import { createCredentialHeader } from '@trunkline/security';

/** Blanks, control characters and backslashes are out because URL parsers drop or mend them silently. */
const PROXY_URL = /^https?:\/\/(?:[^\s\p{Cc}\\/?#@:]+:[^\s\p{Cc}\\/?#@]*@)?[^\s\p{Cc}\\/?#@]+\/?$/u;

/** `off`, or the proxy that an upstream is reached through. All of it is secret, since it may have credentials in it. */
export const proxySection = switchable(
  secret().refine(isProxyUrl, {
    error: 'expected an http:// or https:// URL of a proxy, without path; user:password@ may stand before the host',
  }),
);

/** A proxy that tunnels are asked of. */
export interface ProxySettings {
  /** Scheme, host and port: what may be shown of it. */
  readonly origin: string;
  /** Is it spoken to over TLS? */
  readonly isSecure: boolean;
  /** An address of IPv6 without its brackets. */
  readonly host: string;
  readonly port: string;
  /** Value of `Proxy-Authorization`. */
  readonly authorization: string | undefined;
}

/** What the text of the section says; of `off`, `undefined`. */
export function parseProxySettings(text: string | undefined): ProxySettings | undefined {
  if (text === undefined || text === 'off') return undefined;
  const { origin, protocol, hostname, port, username, password } = new URL(text);
  const [, authorization] =
    username === ''
      ? []
      : createCredentialHeader({
          type: 'basic',
          username: decodeURIComponent(username),
          password: decodeURIComponent(password),
        });
  return { origin, isSecure: protocol === 'https:', host: hostname.replace(/^\[|\]$/g, ''), port, authorization };
}

function isProxyUrl(text: string): boolean {
  if (!PROXY_URL.test(text)) return false;
  try {
    // A `%` that encodes nothing, or a colon in the user name, is a password that would be refused for no visible reason.
    return !decodeURIComponent(new URL(text).username).includes(':') && parseProxySettings(text) !== undefined;
  } catch {
    // What is wrong with it is said by the schema, without quoting it.
    return false;
  }
}
