import type { LoadedConfig } from '@trunkline/config';
import { CONNECTION_KINDS } from './kinds';
import { type AnyKind, type OutgoingConfig, outgoingSection } from './section';

/**
 * Adds connections that lack something which only calls need, such as a URL from an unset environment variable: with placeholders, for
 * descriptions of their adapters. They cannot be called.
 *
 * @param outgoing - the connections that are valid
 */
export function addDescribedConnections(config: LoadedConfig, outgoing: OutgoingConfig): OutgoingConfig {
  return CONNECTION_KINDS.reduce((section, kind) => addDescribed(config, section, kind), outgoing);
}

function addDescribed(config: LoadedConfig, outgoing: OutgoingConfig, { name: kind, described }: AnyKind) {
  return config.listKeys(['outgoing', kind]).reduce((section, name) => {
    if (kind in section && Object.hasOwn(readRecord(section, kind), name)) return section;
    const path = ['outgoing', kind, name];
    const values = described.keys.map((key) => [key, config.getRawValue([...path, key])] as const);
    const connection = { ...Object.fromEntries(values), ...described.placeholders };
    const parsed = outgoingSection.schema.safeParse({ [kind]: { [name]: connection } }).data;
    if (!parsed) return section;
    return { ...section, [kind]: { ...readRecord(section, kind), ...readRecord(parsed, kind) } };
  }, outgoing);
}

function readRecord(section: OutgoingConfig, kind: string): object {
  const connections: unknown = Reflect.get(section, kind);
  return typeof connections === 'object' && connections !== null ? connections : {};
}
