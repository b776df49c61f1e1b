import { type ErrorCatalogue, Translator } from '@trunkline/failures';
import type { BusConfig } from './bus-config';

/** The translator that a configuration asks for. */
export function translatorOf({ bus }: BusConfig, catalogue?: ErrorCatalogue): Translator {
  return new Translator({ realm: bus.name, ...bus.errors, ...(catalogue && { catalogue }) });
}
