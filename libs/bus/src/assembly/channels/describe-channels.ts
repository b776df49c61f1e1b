import {
  type DescribedFeatures,
  toChannelIdempotency,
  type OpenApiDocument,
  createOpenApiDocument,
  type OpenApiDocumentOptions,
  toRateLimits,
} from '@trunkline/channels';
import { describeDefinition, type SecuritySchemeObject, toDefinitionNames } from '@trunkline/security';
import type { RegisteredService, ServiceDeclaration, ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { findAdapterErrors } from '../services/declared-errors';
import { resolveChannelService } from './channel-destination';

/** Where the description of a bus is served; `undefined`: nowhere. */
export function readOpenApiPaths({ bus }: BusConfig): { document: string; docs: string | undefined } | undefined {
  const { openapi } = bus.http;
  if (openapi === 'off') return undefined;
  return { document: openapi.path, docs: openapi.docs === 'off' ? undefined : openapi.docs };
}

/** Where the pages of errors are; `undefined`: not on this bus. */
export function readErrorPagesPath({ bus }: BusConfig): string | undefined {
  const { typeBase } = bus.errors;
  return typeBase.startsWith('/') ? typeBase : undefined;
}

/** The description of a bus with these services. */
export function describeChannels(config: BusConfig, registry: ServiceRegistry): OpenApiDocument {
  const { bus, channels } = config;
  return createOpenApiDocument({
    ...createApiInfo(bus),
    channels: Object.entries(channels.rest).map(([name, { service, topic, ...options }]) => ({
      ...options,
      name,
      service: addAdapterErrors(config, resolveChannelService({ service, topic }, registry)),
      features: { ...describeFeatures(options, bus), isPublished: topic !== undefined },
    })),
    errors: { ...bus.errors, security: describeDefinitions(config), pagesPath: readErrorPagesPath(config) },
  });
}

/** What the configuration says of the API as a whole. */
function createApiInfo({ name, http }: BusConfig['bus']): Pick<OpenApiDocumentOptions, 'info' | 'tags'> {
  if (http.openapi === 'off') return { info: { title: name, version: '1.0.0' } };
  const { path: _path, docs: _docs, tags, title = name, ...info } = http.openapi;
  return { info: { title, ...info }, tags };
}

type ChannelOptions = Omit<BusConfig['channels']['rest'][string], 'service' | 'topic'>;

/** What callers have to know of the other keys of a channel. */
function describeFeatures(options: ChannelOptions, bus: BusConfig['bus']): DescribedFeatures {
  const { method, etag, deprecated, scopes = [] } = options;
  const security = toDefinitionNames(options.security ?? bus.security);
  const idempotency = toChannelIdempotency(options.idempotency);
  return {
    ...(security.length > 0 && { security, scopes }),
    isAuthFailureLimited: security.length > 0 && bus.authFailures !== 'off',
    isRateLimited: toRateLimits(options.rateLimit ?? bus.rateLimit).length > 0,
    hasCors: options.cors !== undefined,
    isAsync: options.async !== false,
    hasEtag: etag && method === 'GET',
    deprecated,
    ...(idempotency && { idempotency: idempotency.isRequired ? 'required' : 'optional' }),
  };
}

function describeDefinitions({ security }: BusConfig): Readonly<Record<string, SecuritySchemeObject>> {
  const definitions = Object.entries(security.definitions);
  return Object.fromEntries(definitions.map(([name, definition]) => [name, describeDefinition(definition)]));
}

/** What a service declares; for an adapter in YAML, what its `onStatus` declares, too. */
function addAdapterErrors(config: BusConfig, { name, declaration }: RegisteredService): ServiceDeclaration {
  return { ...declaration, errors: { ...findAdapterErrors(config, name), ...declaration.errors } };
}
