import { type Channel, idempotencyOf } from '@trunkline/channels';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from './bus-config';

type ChannelOptions = BusConfig['channels']['rest'][string];

/** What a channel is made of. */
interface ChannelParts {
  readonly name: string;
  readonly options: ChannelOptions;
  readonly bus: BusConfig['bus'];
  readonly registry: ServiceRegistry;
}

/** The channel that a configuration describes, with what the bus says for all of them. */
export function channelOf({ name, options, bus, registry }: ChannelParts): Channel {
  const { method, path, service, errors, timeout, idempotency } = options;
  return {
    name,
    method,
    path,
    errors,
    partialStatus: bus.errors.partialStatus,
    service: registry.get(service),
    timeoutMs: timeout ?? bus.http.requestTimeout,
    idempotency: idempotencyOf(idempotency),
    representation: representationOf(options, bus),
    cors: corsOf(options),
    deprecation: deprecationOf(options),
  };
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
