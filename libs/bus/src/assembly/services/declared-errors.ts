import type { DeclaredError } from '@trunkline/failures';
import { listOutgoingErrors } from '@trunkline/outgoing';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';

/** Lists the errors that a bus declares itself: those of services, and those of outgoing connections. */
export function listDeclaredErrors(
  registry: ServiceRegistry,
  { outgoing }: BusConfig,
): (readonly [code: string, error: DeclaredError])[] {
  const ofServices = registry.list().flatMap(({ declaration }) => Object.entries(declaration.errors ?? {}));
  return [...ofServices, ...listOutgoingErrors(outgoing)];
}
