import type { Writable } from 'node:stream';
import { createLogger, type RootLogger } from '@trunkline/telemetry';
import type { BusConfig } from './bus-config';

/**
 * The logger that a configuration asks for; it never writes the configuration's secrets.
 *
 * @param destination - default: stdout
 */
export function loggerOf({ bus, loaded }: BusConfig, destination?: Writable): RootLogger {
  const { level, errorFile } = bus.log;
  return createLogger({
    name: bus.name,
    level,
    secrets: loaded.secrets,
    ...(typeof errorFile === 'string' && { errorFile: loaded.resolve(errorFile) }),
    ...(destination && { destination }),
  });
}
