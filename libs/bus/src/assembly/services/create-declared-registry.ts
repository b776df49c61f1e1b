import { OutgoingRest } from '@trunkline/outgoing';
import { ServiceRegistry } from '@trunkline/service';
import { createLogger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';

/** The services that a configuration names, from files and as adapters in YAML: enough to describe them, not to run them. */
export function createDeclaredRegistry({ services, outgoing, security }: BusConfig): ServiceRegistry {
  const logger = createLogger({ level: 'error', destination: process.stderr });
  const connections = new OutgoingRest({ outgoing, security: security.credentials, logger });
  const registry = new ServiceRegistry();
  for (const { serviceClass } of services) registry.add(serviceClass);
  for (const adapter of connections.adapters()) registry.add(adapter);
  return registry;
}
