import type { TlsSettings } from '@trunkline/config';
import { parseProxySettings } from '@trunkline/config';
import type * as Undici from 'undici';

const TIMEOUT_MS = 5_000;
const MAX_RESPONSE_BYTES = 524_288;

/** How an issuer is reached. */
export interface IssuerConnection {
  /** Default: the authorities of Node, without a client certificate. */
  readonly tls?: TlsSettings | undefined;
  /** URL of a proxy, or `off`. Default: none. */
  readonly proxy?: string | undefined;
}

/** Fetches the JSON document at a URL. */
export type JsonFetcher = (url: string) => Promise<unknown>;

/**
 * Creates a function that fetches the JSON of an issuer. Redirects are not followed: only the configuration determines the source of keys.
 *
 * It rejects when the response takes more than 5 seconds, is not a success, or is larger than 512 KiB.
 */
export function createJsonFetcher(connection: IssuerConnection = {}): JsonFetcher {
  const send = selectFetch(connection);
  return async (url) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await send(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`the issuer responded with ${response.status} to the request for its keys`);
    return JSON.parse(await readText(response));
  };
}

interface FetchedResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
}

interface FetchOptions {
  readonly redirect: 'error';
  readonly signal: AbortSignal;
  readonly headers: Record<string, string>;
}

type Fetch = (url: string, options: FetchOptions) => Promise<FetchedResponse>;

/** The `fetch` of Node has no settings for TLS and proxies. undici is loaded by the first issuer that needs it. */
function selectFetch({ tls, proxy: proxyText }: IssuerConnection): Fetch {
  const proxy = parseProxySettings(proxyText);
  if (!tls && !proxy) return fetch;
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { Agent, ProxyAgent, fetch: send }: typeof Undici = require('undici');
  // Keys are fetched every ten minutes: a socket is not worth keeping for that time.
  const sockets = { keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000 };
  const { origin: uri, authorization: token } = proxy ?? {};
  const dispatcher =
    uri === undefined
      ? new Agent({ ...sockets, connect: { ...tls } })
      : new ProxyAgent({ ...sockets, uri, requestTls: { ...tls }, ...(token !== undefined && { token }) });
  return (url, options) => send(url, { ...options, dispatcher });
}

async function readText({ body }: FetchedResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES)
      throw new Error(`the keys of the issuer are larger than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
