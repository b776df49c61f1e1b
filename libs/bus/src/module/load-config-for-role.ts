import { type BusConfig, loadBusConfig } from '../config/bus-config';
import type { BusRole } from './bus.module-definition';

/**
 * Loads the configuration of a module, unless it is loaded already. A host with the role `worker` runs jobs, and has no channels.
 *
 * @param config - the config directory, or a configuration
 * @throws {ConfigurationError} with everything that is wrong with the configuration
 */
export function loadConfigForRole(config: string | BusConfig = 'config', role: BusRole = 'all'): BusConfig {
  const loaded = typeof config === 'string' ? loadBusConfig({ directory: config, otherServices: undefined }) : config;
  return role === 'worker' ? { ...loaded, channels: [] } : loaded;
}
