import { createOpenApiDocument, type OpenApiDocument, type OpenApiDocumentOptions } from '@trunkline/channels';
import { findAdapterErrors } from '@trunkline/outgoing';
import { describeDefinitions } from '@trunkline/security';
import type { RegisteredService, ServiceDeclaration, ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { readErrorPagesPath } from '../../config/bus-paths';
import { resolveChannelService } from './channel-destination';

/** Creates the OpenAPI document of the channels of a configuration. */
export function describeChannels(config: BusConfig, registry: ServiceRegistry): OpenApiDocument {
  const { bus, channels } = config;
  return createOpenApiDocument({
    ...createApiInfo(bus),
    channels: channels
      .filter(({ isUndocumented = false }) => !isUndocumented)
      .map(({ name, options, features }) => ({
        name,
        options,
        features,
        bus,
        service: addAdapterErrors(config, resolveChannelService(options, registry)),
      })),
    security: describeDefinitions(config.loaded),
    errors: { ...bus.errors, pagesPath: readErrorPagesPath(config) },
  });
}

/** The title, version and tags of the API. */
function createApiInfo({ name, http }: BusConfig['bus']): Pick<OpenApiDocumentOptions, 'info' | 'tags'> {
  if (http.openapi === 'off') return { info: { title: name, version: '1.0.0' } };
  const { path: _path, docs: _docs, tags, title = name, ...info } = http.openapi;
  return { info: { title, ...info }, tags };
}

/** The declaration of a service; that of an adapter in YAML includes the errors of its `onStatus`. */
function addAdapterErrors(config: BusConfig, { name, declaration }: RegisteredService): ServiceDeclaration {
  return { ...declaration, errors: { ...findAdapterErrors(config.outgoing, name), ...declaration.errors } };
}
