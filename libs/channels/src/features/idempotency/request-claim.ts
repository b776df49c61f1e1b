import { hash, randomUUID } from 'node:crypto';
import { toCanonicalJson } from '@trunkline/failures';
import { createCallerKey } from '@trunkline/security';
import type { IdempotencyClaim } from '@trunkline/store';
import type { FastifyRequest } from 'fastify';
import type { Channel } from '../../rest/channel';
import type { IdempotencySettings } from './idempotency-section';
import type { RouteGeneric } from '@trunkline/http-server';

/** After the channel's timeout: what it takes at the most to record the end, and a loop that is late. */
const LEASE_MARGIN_MS = 2_000;
/** What clients prove by who they are, where the bus does not check it (RFC 9110 §11.6.2, RFC 6265 §4.2). */
const CREDENTIAL_HEADERS = ['authorization', 'cookie'];

/** Whose requests are told apart, besides by their key. */
export interface ClaimScope {
  /** Name of the bus: several may share a store. */
  readonly bus: string;
  readonly channel: Channel;
  readonly idempotency: IdempotencySettings;
  /** Headers that tell clients apart whom the bus does not know. */
  readonly anonymousClientHeaders: readonly string[];
}

/** Made once for each channel. */
export function createClaimScope(bus: string, channel: Channel, idempotency: IdempotencySettings): ClaimScope {
  return { bus, channel, idempotency, anonymousClientHeaders: [...CREDENTIAL_HEADERS, ...idempotency.scope] };
}

/**
 * What a request claims by its key. Keys of other channels and other clients are other keys: nobody gets an answer that was
 * somebody else's by guessing (draft-ietf-httpapi-idempotency-key-header-07 §5).
 */
export function createClaim(
  request: FastifyRequest<RouteGeneric>,
  key: string,
  { bus, channel, idempotency, anonymousClientHeaders }: ClaimScope,
): IdempotencyClaim {
  const caller = getCallerId(request);
  const client = toCanonicalJson([
    caller,
    digestClientHeaders(request, caller === null ? anonymousClientHeaders : idempotency.scope),
  ]);
  return {
    key: digest(toCanonicalJson([bus, channel.name, client, key])),
    client,
    fingerprint: digest(toCanonicalJson([request.method, request.url]) + toCanonicalJson(request.body)),
    token: randomUUID(),
    leaseMs: channel.timeoutMs + LEASE_MARGIN_MS,
    keepMs: idempotency.keepMs,
  };
}

/** The authenticated caller. */
function getCallerId({ caller }: FastifyRequest<RouteGeneric>): string | null {
  return caller ? createCallerKey(caller) : null;
}

/**
 * What else tells one client from another: the headers of the channel's `scope` and, where the bus knows no caller, credentials. A
 * guard of the application may know whose those are, and it does not see requests that are answered from the store.
 *
 * @returns a digest, since stores are no place for credentials; `null` where the request has none of these headers
 */
function digestClientHeaders({ headers }: FastifyRequest<RouteGeneric>, names: readonly string[]): string | null {
  let proof: Record<string, string | readonly string[]> | undefined;
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) (proof ??= {})[name] = value;
  }
  return proof ? digest(toCanonicalJson(proof)) : null;
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
