import { type ErrorCatalogue, Translator } from '@trunkline/failures';
import type { BusConfig } from '../config/bus-config';

/** The translator that a configuration asks for. */
export function createTranslator({ bus }: BusConfig, catalogue?: ErrorCatalogue): Translator {
  return new Translator({ realm: bus.name, ...bus.errors, ...(catalogue && { catalogue }) });
}
