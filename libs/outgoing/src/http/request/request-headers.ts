import { type Header, isHeaderValue } from '@trunkline/security';
import { type HeaderValues, validateHeaders } from './header-rules';
import { createBadRequest } from './bad-request';
import { type InboundHeaders, propagateTraceContext } from './trace-context';

/** Headers of all requests of a connection. */
export interface RequestHeadersOptions {
  /** Media types that responses may have. */
  readonly accept: string;
  /** From configuration, by name. */
  readonly configured: Readonly<Record<string, string>>;
  /** Names of inbound headers that are forwarded. */
  readonly forwarded: readonly string[];
  readonly credentials: Header | undefined;
  /** Name of the header of credentials that change between attempts. The transport sets it, and callers cannot. */
  readonly dynamicCredentialHeader?: string | undefined;
}

/** Headers of one request. */
export interface RequestHeadersInput {
  readonly cid: string | undefined;
  /** Headers of the inbound request, where there is one. */
  readonly inbound: InboundHeaders | undefined;
  /** Media types that this response may have, in place of those of the connection. */
  readonly accept?: string | undefined;
  /** Headers that the caller sets. */
  readonly callerHeaders: HeaderValues | undefined;
  /** Type of the body, unless the caller sets one. */
  readonly contentType: string | undefined;
  readonly idempotencyKey: string | undefined;
}

const DEFAULT_HEADERS: readonly Header[] = [
  // Only gzip: every coding has to be decompressed within a limit.
  ['accept-encoding', 'gzip'],
  ['user-agent', 'trunkline'],
];

/** Builds the headers of requests: default, configured, forwarded and those of the caller. A later one replaces an earlier one. */
export class RequestHeaders {
  readonly #staticHeaders: ReadonlyMap<string, string>;
  readonly #staticList: readonly string[];
  readonly #forwarded: readonly string[];
  readonly #credentialName: string | undefined;

  constructor({ accept, configured, forwarded, credentials, dynamicCredentialHeader }: RequestHeadersOptions) {
    this.#credentialName = credentials?.[0] ?? dynamicCredentialHeader;
    const free = toLowerCaseNames(configured).filter(([name]) => name !== this.#credentialName);
    this.#staticHeaders = new Map([
      ['accept', accept],
      ...DEFAULT_HEADERS,
      ...free,
      ...(credentials ? [credentials] : []),
    ]);
    this.#staticList = [...this.#staticHeaders].flat();
    this.#forwarded = forwarded.map((name) => name.toLowerCase()).filter((name) => name !== this.#credentialName);
  }

  /**
   * @returns names and values in turn, which is the fastest form for undici
   * @throws {BusError} 400 `BAD_REQUEST` for a header that the caller cannot set
   */
  build(input: RequestHeadersInput): string[] {
    const isStatic = input.callerHeaders === undefined && input.accept === undefined && this.#forwarded.length === 0;
    const values = isStatic ? this.#staticHeaders : this.#mergeHeaders(input);
    const list = isStatic ? [...this.#staticList] : [...values].flat();
    if (input.cid !== undefined) list.push('x-request-id', input.cid);
    for (const [name, value] of propagateTraceContext(input.inbound)) list.push(name, value);
    addIfAbsent(list, values, 'content-type', input.contentType);
    addIfAbsent(list, values, 'idempotency-key', input.idempotencyKey);
    return list;
  }

  #mergeHeaders({ inbound = {}, accept, callerHeaders = {} }: RequestHeadersInput): ReadonlyMap<string, string> {
    const values = new Map(this.#staticHeaders);
    if (accept !== undefined) values.set('accept', accept);
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
