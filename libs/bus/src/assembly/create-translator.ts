import { type ErrorCatalogue, Translator } from '@trunkline/failures';
import type { BusConfig } from '../config/bus-config';

/** Creates the translator of failures with the error format of a configuration. */
export function createTranslator({ bus }: BusConfig, catalogue?: ErrorCatalogue): Translator {
  return new Translator({ realm: bus.name, ...bus.errors, ...(catalogue && { catalogue }) });
}
