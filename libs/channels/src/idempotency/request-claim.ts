import { hash, randomUUID } from 'node:crypto';
import { identifyCaller } from '@trunkline/security';
import { canonicalJson } from '@trunkline/service';
import type { IdempotencyClaim } from '@trunkline/store';
import type { FastifyRequest } from 'fastify';
import type { Channel, ChannelIdempotency, ChannelRoute } from '../channel';

/** After the channel's timeout: what it takes at the most to record the end, and a loop that is late. */
const MARGIN_MS = 2_000;

/** Whose requests are told apart, besides by their key. */
export interface ClaimScope {
  /** Name of the bus: several may share a store. */
  readonly bus: string;
  readonly channel: Channel;
  readonly idempotency: ChannelIdempotency;
}

/**
 * What a request claims by its key. Keys of other channels and other callers are other keys: nobody gets an answer that was
 * somebody else's by guessing (draft-ietf-httpapi-idempotency-key-header-07 §5).
 */
export function claimOf(
  request: FastifyRequest<ChannelRoute>,
  key: string,
  { bus, channel, idempotency }: ClaimScope,
): IdempotencyClaim {
  const caller = callerOf(request);
  return {
    key: digest(canonicalJson([bus, channel.name, caller ?? null, key])),
    fingerprint: digest(
      canonicalJson([request.method, request.url, caller === undefined ? strangerOf(request) : null]) +
        canonicalJson(request.body),
    ),
    token: randomUUID(),
    leaseMs: channel.timeoutMs + MARGIN_MS,
    keepMs: idempotency.keepMs,
  };
}

/** The authenticated caller. */
function callerOf({ caller }: FastifyRequest<ChannelRoute>): string | undefined {
  return caller && identifyCaller(caller);
}

/**
 * Where the bus knows nobody, a guard of the application may, and it does not see requests that are answered from the store. So
 * other credentials make it another request: they get no answer that was not theirs, and nothing is done twice.
 */
function strangerOf({ headers }: FastifyRequest<ChannelRoute>): string | null {
  return headers.authorization ?? null;
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
