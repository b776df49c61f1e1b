import { type Header, isHeaderValue } from '@trunkline/security';
import { type HeaderValues, validateHeaders } from './header-rules';
import { createBadRequest } from './bad-request';
import { type InboundHeaders, propagateTraceContext } from './trace-context';

/** What every request of a connection carries. */
export interface RequestHeadersOptions {
  /** From configuration, by name. */
  readonly configured: Readonly<Record<string, string>>;
  /** Names of inbound headers that are handed on. */
  readonly forwarded: readonly string[];
  readonly credentials: Header | undefined;
  /** Name of the header that credentials take which change from attempt to attempt: it is not put here, by anyone. */
  readonly dynamicCredentialHeader?: string | undefined;
}

/** What one request carries besides. */
export interface RequestHeadersInput {
  readonly cid: string | undefined;
  /** Headers of the inbound request behind the call, where there is one. */
  readonly inbound: InboundHeaders | undefined;
  /** The caller's own. */
  readonly callerHeaders: HeaderValues | undefined;
  /** What the body is, unless the caller says otherwise. */
  readonly contentType: string | undefined;
  readonly idempotencyKey: string | undefined;
}

const DEFAULT_HEADERS: readonly Header[] = [
  ['accept', 'application/json'],
  // Nothing else: what is compressed has to be decompressed within a limit.
  ['accept-encoding', 'gzip'],
  ['user-agent', 'trunkline'],
];

/** Puts together the headers of requests: the usual ones, configured, forwarded, the caller's own; a later one replaces an earlier. */
export class RequestHeaders {
  readonly #staticHeaders: ReadonlyMap<string, string>;
  readonly #staticList: readonly string[];
  readonly #forwarded: readonly string[];
  readonly #credentialName: string | undefined;

  constructor({ configured, forwarded, credentials, dynamicCredentialHeader }: RequestHeadersOptions) {
    this.#credentialName = credentials?.[0] ?? dynamicCredentialHeader;
    const free = toLowerCaseNames(configured).filter(([name]) => name !== this.#credentialName);
    this.#staticHeaders = new Map([...DEFAULT_HEADERS, ...free, ...(credentials ? [credentials] : [])]);
    this.#staticList = [...this.#staticHeaders].flat();
    this.#forwarded = forwarded.map((name) => name.toLowerCase()).filter((name) => name !== this.#credentialName);
  }

  /**
   * @returns names and values in turn: what undici takes with the least ado
   * @throws {BusError} 400 `BAD_REQUEST` for a header that is not the caller's to set
   */
  build(ask: RequestHeadersInput): string[] {
    const isUsual = ask.callerHeaders === undefined && this.#forwarded.length === 0;
    const values = isUsual ? this.#staticHeaders : this.#mergeHeaders(ask);
    const list = isUsual ? [...this.#staticList] : [...values].flat();
    if (ask.cid !== undefined) list.push('x-request-id', ask.cid);
    for (const [name, value] of propagateTraceContext(ask.inbound)) list.push(name, value);
    addIfAbsent(list, values, 'content-type', ask.contentType);
    addIfAbsent(list, values, 'idempotency-key', ask.idempotencyKey);
    return list;
  }

  #mergeHeaders({ inbound = {}, callerHeaders = {} }: RequestHeadersInput): ReadonlyMap<string, string> {
    const values = new Map(this.#staticHeaders);
    for (const name of this.#forwarded) {
      const value = inbound[name];
      if (value !== undefined && isHeaderValue(String(value))) values.set(name, String(value));
    }
    for (const [name, value] of validateHeaders(callerHeaders)) {
      if (name === this.#credentialName) throw createBadRequest(`the header ${name} is set by the outgoing connection`);
      values.set(name, value);
    }
    return values;
  }
}

function addIfAbsent(
  list: string[],
  values: ReadonlyMap<string, string>,
  name: string,
  value: string | undefined,
): void {
  if (value !== undefined && !values.has(name)) list.push(name, value);
}

function toLowerCaseNames(headers: Readonly<Record<string, string>>): Header[] {
  return Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
}
