import { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { createDescribedOutgoing } from '../create-outgoing';

/** Creates a registry of the services that a configuration names, in files and as adapters in YAML, to describe them, not to run them. */
export function createDeclaredRegistry(config: BusConfig): ServiceRegistry {
  const registry = new ServiceRegistry();
  for (const { serviceClass } of config.services) registry.add(serviceClass);
  for (const adapter of createDescribedOutgoing(config).adapters()) registry.add(adapter);
  return registry;
}
