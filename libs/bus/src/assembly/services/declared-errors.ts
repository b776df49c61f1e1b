import { STATUS_CODES } from 'node:http';
import type { DeclaredError } from '@trunkline/failures';
import type { OnStatus } from '@trunkline/outgoing';
import type { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';

/** Lists the errors that a bus declares itself: those of services, and those of `onStatus` rules. */
export function listDeclaredErrors(
  registry: ServiceRegistry,
  { outgoing }: BusConfig,
): [code: string, DeclaredError][] {
  const connections = Object.values(outgoing.rest);
  const operations = connections.flatMap(({ services = {} }) => Object.values(services));
  const rules = [outgoing.defaults, ...connections, ...operations].flatMap(({ onStatus = {} }) =>
    toDeclaredErrors(onStatus),
  );
  return [...registry.list().flatMap(({ declaration }) => Object.entries(declaration.errors ?? {})), ...rules];
}

/** Finds the errors of the `onStatus` rules of an adapter in YAML; empty for other services. */
export function findAdapterErrors({ outgoing }: BusConfig, service: string): Readonly<Record<string, DeclaredError>> {
  const connection = Object.values(outgoing.rest).find(({ services = {} }) => service in services);
  const operation = connection?.services?.[service];
  const rules = operation ? { ...outgoing.defaults.onStatus, ...connection?.onStatus, ...operation.onStatus } : {};
  return Object.fromEntries(toDeclaredErrors(rules));
}

function toDeclaredErrors(onStatus: OnStatus): [code: string, DeclaredError][] {
  return Object.entries(onStatus).flatMap(([upstreamStatus, rule]): [string, DeclaredError][] => {
    if (!('code' in rule) || rule.code === undefined) return [];
    const status = rule.status ?? Number(upstreamStatus);
    return [[rule.code, { status, title: rule.title ?? STATUS_CODES[status] ?? rule.code }]];
  });
}
