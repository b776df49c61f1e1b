import type { LoadedConfig } from '@trunkline/config';
import type { RestConfig } from './rest/rest-section';
import { type OutgoingConfig, outgoingSection } from './section';

/** The keys of a connection that its adapters are described by. */
const DESCRIPTION_KEYS = ['services', 'onStatus'];
const PLACEHOLDER_URL = 'http://described.invalid';

/**
 * Adds connections that lack something which only calls need, such as a URL from an unset environment variable: with a placeholder
 * address, for descriptions of their adapters. They cannot be called.
 *
 * @param outgoing - the connections that are valid
 */
export function addDescribedConnections(config: LoadedConfig, outgoing: OutgoingConfig): OutgoingConfig {
  const described = config.listKeys(['outgoing', 'rest']).flatMap((name): [string, RestConfig][] => {
    const connection = outgoing.rest[name] ?? readDescribedConnection(config, name);
    return connection ? [[name, connection]] : [];
  });
  return { ...outgoing, rest: Object.fromEntries(described) };
}

function readDescribedConnection(config: LoadedConfig, name: string): RestConfig | undefined {
  const entries = DESCRIPTION_KEYS.map((key) => [key, config.getRawValue(['outgoing', 'rest', name, key])] as const);
  const rest = { [name]: { ...Object.fromEntries(entries), url: PLACEHOLDER_URL } };
  return outgoingSection.schema.safeParse({ rest }).data?.rest[name];
}
