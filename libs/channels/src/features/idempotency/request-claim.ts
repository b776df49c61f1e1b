import { hash, randomUUID } from 'node:crypto';
import { toCanonicalJson } from '@trunkline/failures';
import { createCallerKey } from '@trunkline/security';
import type { IdempotencyClaim } from '@trunkline/store';
import type { FastifyRequest } from 'fastify';
import type { Channel } from '../../http/channel';
import type { IdempotencySettings } from './idempotency-options';
import type { RouteGeneric } from '@trunkline/http-server';

/** Added to the channel's timeout: time to record the outcome, and the delay of a busy event loop. */
const LEASE_MARGIN_MS = 2_000;
/** Headers by which clients authenticate where the bus does not check them (RFC 9110 §11.6.2, RFC 6265 §4.2). */
const CREDENTIAL_HEADERS = ['authorization', 'cookie'];

/** A client without credentials: neither a caller nor headers. */
const UNKNOWN_CLIENT = toCanonicalJson([null, null]);

/** What a key belongs to, besides its client. */
export interface ClaimScope {
  /** The start of the canonical JSON of a key: the names of the bus, as several buses may share a store, and of the channel. */
  readonly keyPrefix: string;
  readonly channel: Channel;
  readonly idempotency: IdempotencySettings;
  /** Headers that distinguish unauthenticated clients. */
  readonly anonymousClientHeaders: readonly string[];
}

/** Creates the scope of a channel, once per channel. */
export function createClaimScope(bus: string, channel: Channel, idempotency: IdempotencySettings): ClaimScope {
  const keyPrefix = `[${toCanonicalJson(bus)},${toCanonicalJson(channel.name)},`;
  return { keyPrefix, channel, idempotency, anonymousClientHeaders: [...CREDENTIAL_HEADERS, ...idempotency.scope] };
}

/**
 * Creates the claim of a request to its key. A key belongs to a channel and a client, so that no client gets the response of another
 * one by guessing keys (draft-ietf-httpapi-idempotency-key-header-07 §5).
 */
export function createClaim(
  request: FastifyRequest<RouteGeneric>,
  key: string,
  { keyPrefix, channel, idempotency, anonymousClientHeaders }: ClaimScope,
): IdempotencyClaim {
  const caller = getCallerId(request);
  const headers = digestClientHeaders(request, caller === null ? anonymousClientHeaders : idempotency.scope);
  const client = caller === null && headers === null ? UNKNOWN_CLIENT : toCanonicalJson([caller, headers]);
  return {
    key: digest(`${keyPrefix}${toCanonicalJson(client)},${toCanonicalJson(key)}]`),
    client,
    // The method has no character that JSON escapes.
    fingerprint: digest(`["${request.method}",${toCanonicalJson(request.url)}]${digestBody(request.body)}`),
    token: randomUUID(),
    leaseMs: channel.timeoutMs + LEASE_MARGIN_MS,
    keepMs: idempotency.keepMs,
  };
}

/** Bytes are digested as they are, other bodies in one form for all spellings of their JSON. */
function digestBody(body: unknown): string {
  return body instanceof Uint8Array ? hash('sha256', body, 'base64url') : toCanonicalJson(body);
}

/** What the id of a delivery belongs to. */
interface DeliveryScope {
  /** Name of the bus, as several buses may share a store. */
  readonly bus: string;
  readonly channel: Channel;
  /** For how long the id is kept. */
  readonly keepMs: number;
}

/**
 * Creates the claim of a webhook delivery to its id. The body has no part in it: some senders change details of it, such as the number of
 * the attempt.
 */
export function createDeliveryClaim(id: string, { bus, channel, keepMs }: DeliveryScope): IdempotencyClaim {
  const client = toCanonicalJson([bus, channel.name]);
  return {
    key: digest(toCanonicalJson(['webhook', bus, channel.name, id])),
    client,
    fingerprint: digest(client),
    token: randomUUID(),
    leaseMs: channel.timeoutMs + LEASE_MARGIN_MS,
    keepMs,
  };
}

/** The authenticated caller; `null` on a channel without security. */
function getCallerId({ caller }: FastifyRequest<RouteGeneric>): string | null {
  return caller ? createCallerKey(caller) : null;
}

/**
 * Digests the headers that distinguish clients besides the caller: those of the channel's `scope` and, without an authenticated caller,
 * credentials. A guard of the application may check those, and it does not run when a response is replayed.
 *
 * @returns a digest, since the store must not hold credentials; `null` where the request has none of these headers
 */
function digestClientHeaders({ headers }: FastifyRequest<RouteGeneric>, names: readonly string[]): string | null {
  let values: Record<string, string | readonly string[]> | undefined;
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) (values ??= {})[name] = value;
  }
  return values ? digest(toCanonicalJson(values)) : null;
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
