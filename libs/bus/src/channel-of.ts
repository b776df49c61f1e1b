import { type Channel, idempotencyOf, rateLimitsOf } from '@trunkline/channels';
import type { SecurityDefinitions } from '@trunkline/security';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from './bus-config';
import { definitionsOf } from './security-section';
import { serviceOfChannel } from './topic-service';

type ChannelOptions = BusConfig['channels']['rest'][string];

/** What a channel is made of. */
interface ChannelParts {
  readonly name: string;
  readonly options: ChannelOptions;
  readonly bus: BusConfig['bus'];
  readonly registry: ServiceRegistry;
  readonly definitions: SecurityDefinitions;
}

/** The channel that a configuration describes, with what the bus says for all of them. */
export function channelOf({ name, options, bus, registry, definitions }: ChannelParts): Channel {
  const { method, path, errors, timeout, idempotency } = options;
  return {
    name,
    method,
    path,
    errors,
    partialStatus: bus.errors.partialStatus,
    service: serviceOfChannel(options, registry),
    timeoutMs: timeout ?? bus.http.requestTimeout,
    async: asyncOf(options),
    gate: gateOf(options, bus, definitions),
    idempotency: idempotencyOf(idempotency),
    representation: representationOf(options, bus),
    cors: corsOf(options),
    deprecation: deprecationOf(options),
    rateLimits: rateLimitsOf(options.rateLimit ?? bus.rateLimit),
  };
}

function asyncOf({ async }: ChannelOptions): Channel['async'] {
  if (async === 'optional') return async;
  return async ? 'always' : 'never';
}

function gateOf({ security, scopes = [] }: ChannelOptions, bus: BusConfig['bus'], definitions: SecurityDefinitions) {
  const names = definitionsOf(security ?? bus.security);
  return names.length > 0 ? definitions.gate({ security: names, scopes }) : undefined;
}

function representationOf({ produces, etag, compress }: ChannelOptions, { http }: BusConfig['bus']) {
  const { compression } = http;
  const compressFrom = compress && compression !== 'off' ? compression.from : Infinity;
  return { mediaTypes: produces, hasEtag: etag, compressFrom };
}

function corsOf({ cors }: ChannelOptions): Channel['cors'] {
  if (!cors) return undefined;
  const { maxAge, ...policy } = cors;
  return { ...policy, maxAgeMs: maxAge };
}

function deprecationOf({ deprecated }: ChannelOptions): Channel['deprecation'] {
  if (!deprecated) return undefined;
  const { since, sunset, link } = deprecated;
  return { sinceMs: Date.parse(since), sunsetMs: sunset === undefined ? undefined : Date.parse(sunset), link };
}
