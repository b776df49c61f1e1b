import { STATUS_CODES } from 'node:http';
import type { DeclaredErrorEntry } from '../../connection-kind';
import type { RestSection } from '../rest-section';
import { getClientStatus, type OnStatus } from './on-status';

/** Lists the errors of all `onStatus` rules. */
export function listErrors({ defaults, rest }: RestSection): DeclaredErrorEntry[] {
  const connections = Object.values(rest);
  const operations = connections.flatMap(({ services = {} }) => Object.values(services));
  return [defaults, ...connections, ...operations].flatMap(({ onStatus = {} }) => toDeclaredErrors(onStatus));
}

/** Lists the errors of the rules that hold for an adapter; empty for any other service. */
export function listAdapterErrors({ defaults, rest }: RestSection, service: string): DeclaredErrorEntry[] {
  const connection = Object.values(rest).find(({ services = {} }) => service in services);
  const operation = connection?.services?.[service];
  return operation ? toDeclaredErrors({ ...defaults.onStatus, ...connection?.onStatus, ...operation.onStatus }) : [];
}

/** The errors of rules that name a code. */
function toDeclaredErrors(onStatus: OnStatus): DeclaredErrorEntry[] {
  return Object.entries(onStatus).flatMap(([upstreamStatus, rule]): DeclaredErrorEntry[] => {
    if (!('code' in rule) || rule.code === undefined) return [];
    const status = getClientStatus(rule, Number(upstreamStatus));
    return [[rule.code, { status, title: rule.title ?? STATUS_CODES[status] ?? rule.code }]];
  });
}
