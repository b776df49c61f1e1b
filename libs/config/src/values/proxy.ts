import { secret } from './secret';
import { switchable } from './switchable';

/** Blanks, control characters and backslashes are excluded, because URL parsers silently remove or replace them. */
const PROXY_URL = /^https?:\/\/(?:[^\s\p{Cc}\\/?#@:]+:[^\s\p{Cc}\\/?#@]*@)?[^\s\p{Cc}\\/?#@]+\/?$/u;

/** `off`, or the proxy of an upstream. The whole text is secret, because it may contain credentials. */
export const proxySection = switchable(
  secret().refine(isProxyUrl, {
    error: 'expected an http:// or https:// URL of a proxy, without path; user:password@ is allowed before the host',
  }),
);

/** A proxy that opens tunnels. */
export interface ProxySettings {
  /** Scheme, host and port: the part that is not secret. */
  readonly origin: string;
  /** Whether the connection to the proxy uses TLS. */
  readonly isSecure: boolean;
  /** Host; an address of IPv6 without its brackets. */
  readonly host: string;
  readonly port: string;
  /** Value of `Proxy-Authorization`. */
  readonly authorization: string | undefined;
}

/** Parses the text of the section; `undefined` for `off`. */
export function parseProxySettings(text: string | undefined): ProxySettings | undefined {
  if (text === undefined || text === 'off') return undefined;
  const { origin, protocol, hostname, port, username, password } = new URL(text);
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = username === '' ? undefined : `Basic ${Buffer.from(login, 'utf8').toString('base64')}`;
  return { origin, isSecure: protocol === 'https:', host: hostname.replace(/^\[|\]$/g, ''), port, authorization };
}

function isProxyUrl(text: string): boolean {
  if (!PROXY_URL.test(text)) return false;
  try {
    // With a stray `%`, or a colon in the user name, the proxy would reject the credentials for no visible reason.
    return !decodeURIComponent(new URL(text).username).includes(':') && parseProxySettings(text) !== undefined;
  } catch {
    // The schema reports the error, without quoting the text.
    return false;
  }
}
