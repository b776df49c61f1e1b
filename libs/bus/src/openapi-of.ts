import {
  type ChannelTerms,
  idempotencyOf,
  type OpenApiDocument,
  openApiDocument,
  type OpenApiParts,
  rateLimitsOf,
} from '@trunkline/channels';
import { describeDefinition, type SecurityDescription } from '@trunkline/security';
import type { BoundService, ServiceDeclaration, ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from './bus-config';
import { errorsOfAdapter } from './declared-errors';
import { definitionsOf } from './security-section';
import { serviceOfChannel } from './topic-service';

/** Where the description of a bus is served; `undefined`: nowhere. */
export function openApiPlaces({ bus }: BusConfig): { document: string; docs: string | undefined } | undefined {
  const { openapi } = bus.http;
  if (openapi === 'off') return undefined;
  return { document: openapi.path, docs: openapi.docs === 'off' ? undefined : openapi.docs };
}

/** Where the pages of errors are; `undefined`: not on this bus. */
export function errorPagesAt({ bus }: BusConfig): string | undefined {
  const { typeBase } = bus.errors;
  return typeBase.startsWith('/') ? typeBase : undefined;
}

/** The description of a bus with these services. */
export function openApiOf(config: BusConfig, registry: ServiceRegistry): OpenApiDocument {
  const { bus, channels } = config;
  return openApiDocument({
    ...headOf(bus),
    channels: Object.entries(channels.rest).map(([name, { service, topic, ...options }]) => ({
      ...options,
      name,
      service: declarationOf(config, serviceOfChannel({ service, topic }, registry)),
      terms: { ...termsOf(options, bus), isPublished: topic !== undefined },
    })),
    errors: { ...bus.errors, security: describedDefinitions(config), pagesAt: errorPagesAt(config) },
  });
}

/** What the configuration says of the API as a whole. */
function headOf({ name, http }: BusConfig['bus']): Pick<OpenApiParts, 'info' | 'tags'> {
  if (http.openapi === 'off') return { info: { title: name, version: '1.0.0' } };
  const { path: _path, docs: _docs, tags, title = name, ...info } = http.openapi;
  return { info: { title, ...info }, tags };
}

type ChannelOptions = Omit<BusConfig['channels']['rest'][string], 'service' | 'topic'>;

/** What callers have to know of the other keys of a channel. */
function termsOf(options: ChannelOptions, bus: BusConfig['bus']): ChannelTerms {
  const { method, etag, deprecated, scopes = [] } = options;
  const security = definitionsOf(options.security ?? bus.security);
  const idempotency = idempotencyOf(options.idempotency);
  return {
    ...(security.length > 0 && { security, scopes }),
    isGuessLimited: security.length > 0 && bus.authFailures !== 'off',
    isRateLimited: rateLimitsOf(options.rateLimit ?? bus.rateLimit).length > 0,
    hasCors: options.cors !== undefined,
    isAsync: options.async !== false,
    hasEtag: etag && method === 'GET',
    deprecated,
    ...(idempotency && { idempotency: idempotency.isRequired ? 'required' : 'optional' }),
  };
}

function describedDefinitions({ security }: BusConfig): Readonly<Record<string, SecurityDescription>> {
  const definitions = Object.entries(security.definitions);
  return Object.fromEntries(definitions.map(([name, definition]) => [name, describeDefinition(definition)]));
}

/** What a service declares; for an adapter in YAML, what its `onStatus` declares, too. */
function declarationOf(config: BusConfig, { name, declaration }: BoundService): ServiceDeclaration {
  return { ...declaration, errors: { ...errorsOfAdapter(config, name), ...declaration.errors } };
}
