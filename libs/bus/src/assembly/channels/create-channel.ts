import { type Channel, toChannelIdempotency, toRateLimits } from '@trunkline/channels';
import { type SecurityDefinitions, toDefinitionNames } from '@trunkline/security';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { resolveChannelService } from './channel-destination';

type ChannelOptions = BusConfig['channels']['rest'][string];

/** What a channel is made of. */
interface CreateChannelOptions {
  readonly name: string;
  readonly options: ChannelOptions;
  readonly bus: BusConfig['bus'];
  readonly registry: ServiceRegistry;
  readonly definitions: SecurityDefinitions;
}

/** The channel that a configuration describes, with what the bus says for all of them. */
export function createChannel({ name, options, bus, registry, definitions }: CreateChannelOptions): Channel {
  const { method, path, errors: errorFormat, timeout, idempotency } = options;
  return {
    name,
    method,
    path,
    errorFormat,
    partialStatus: bus.errors.partialStatus,
    service: resolveChannelService(options, registry),
    timeoutMs: timeout ?? bus.http.requestTimeout,
    async: toAsyncMode(options),
    authenticator: resolveAuthenticator(options, bus, definitions),
    idempotency: toChannelIdempotency(idempotency),
    representation: toRepresentation(options, bus),
    cors: toCorsOptions(options),
    deprecation: toDeprecation(options),
    rateLimits: toRateLimits(options.rateLimit ?? bus.rateLimit),
  };
}

function toAsyncMode({ async }: ChannelOptions): Channel['async'] {
  if (async === 'optional') return async;
  return async ? 'always' : 'never';
}

function resolveAuthenticator(
  { security, scopes = [] }: ChannelOptions,
  bus: BusConfig['bus'],
  definitions: SecurityDefinitions,
) {
  const names = toDefinitionNames(security ?? bus.security);
  return names.length > 0 ? definitions.getAuthenticator({ security: names, scopes }) : undefined;
}

function toRepresentation({ produces, etag, compress }: ChannelOptions, { http }: BusConfig['bus']) {
  const { compression } = http;
  const compressionThreshold = compress && compression !== 'off' ? compression.from : Infinity;
  return { mediaTypes: produces, hasEtag: etag, compressionThreshold };
}

function toCorsOptions({ cors }: ChannelOptions): Channel['cors'] {
  if (!cors) return undefined;
  const { maxAge, ...policy } = cors;
  return { ...policy, maxAgeMs: maxAge };
}

function toDeprecation({ deprecated }: ChannelOptions): Channel['deprecation'] {
  if (!deprecated) return undefined;
  const { since, sunset, link } = deprecated;
  return { sinceMs: Date.parse(since), sunsetMs: sunset === undefined ? undefined : Date.parse(sunset), link };
}
