import { OutgoingRest } from '@trunkline/outgoing';
import { ServiceRegistry } from '@trunkline/service';
import { createLogger } from '@trunkline/telemetry';
import { loadBusConfig } from '../bus-config';
import { openApiOf } from '../openapi-of';
import { print } from './output';

/** `trunkline openapi`: the description of the channels, as the bus would serve it. */
export function openApiCommand({ config: directory }: { readonly config: string }): void {
  const config = loadBusConfig({ directory, otherServices: [] });
  const logger = createLogger({ level: 'error', destination: process.stderr });
  const adapters = new OutgoingRest({
    outgoing: config.outgoing,
    security: config.security.credentials,
    logger,
  }).services();
  const registry = new ServiceRegistry();
  for (const { serviceClass } of config.services) registry.add(serviceClass);
  for (const adapter of adapters) registry.add(adapter);
  print(JSON.stringify(openApiOf(config, registry), undefined, 2));
}
