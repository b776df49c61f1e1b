import type { DeclaredError } from '@trunkline/failures';
import type { ConnectionKind, DeclaredErrorEntry } from './connection-kind';
import { CONNECTION_KINDS } from './kinds';
import type { OutgoingConfig } from './section';

const KINDS: readonly ConnectionKind<OutgoingConfig>[] = CONNECTION_KINDS;

/** Lists the errors that the section `outgoing:` declares, those of adapters included. */
export function listOutgoingErrors(outgoing: OutgoingConfig): DeclaredErrorEntry[] {
  return KINDS.flatMap(({ listErrors }) => [...listErrors(outgoing)]);
}

/** Finds the errors that an adapter in the configuration declares, by code; empty for other services. */
export function findAdapterErrors(outgoing: OutgoingConfig, service: string): Readonly<Record<string, DeclaredError>> {
  return Object.fromEntries(KINDS.flatMap((kind) => [...kind.listAdapterErrors(outgoing, service)]));
}
