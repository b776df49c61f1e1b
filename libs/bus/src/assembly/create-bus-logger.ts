import type { Writable } from 'node:stream';
import { createLogger, type RootLogger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';

/**
 * Creates the logger of a bus. It redacts the secrets of the configuration.
 *
 * @param destination - default: stdout
 */
export function createBusLogger({ bus, loaded, security }: BusConfig, destination?: Writable): RootLogger {
  const { level, errorFile } = bus.log;
  return createLogger({
    name: bus.name,
    level,
    secrets: loaded.secrets,
    secretNames: listApiKeyHeaders(security),
    ...(typeof errorFile === 'string' && { errorFile: loaded.resolve(errorFile) }),
    ...(destination && { destination }),
  });
}

/** Lists the headers that carry API keys of callers, or of the bus itself. */
function listApiKeyHeaders({ definitions, credentials }: BusConfig['security']): readonly string[] {
  const all = [...Object.values(definitions), ...Object.values(credentials)];
  return [...new Set(all.flatMap((each) => (each.type === 'apiKey' ? [each.header] : [])))];
}
