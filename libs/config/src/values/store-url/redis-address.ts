import { checkParameters } from './check-parameters';
import { StoreUrlError } from './store-url-error';

/** A server for the initial connection. */
interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** A parsed `redis…://` URL. Passwords are decoded. */
export interface RedisAddress {
  readonly topology: 'single' | 'sentinel' | 'cluster';
  readonly nodes: readonly [RedisNode, ...RedisNode[]];
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Number of the database; a cluster has only database 0. */
  readonly db: number;
  /** The name of the master in the Sentinels. */
  readonly master?: string;
  /** The password of the Sentinels themselves. */
  readonly sentinelPassword?: string;
}

const URL_PATTERN =
  /^redis(?<tls>s)?(?:-(?<topology>sentinel|cluster))?:\/\/(?:(?<username>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^/?]+)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/;
const NODE_PATTERN = /^(?<host>\[[^\]]+\]|[^:]+)(?::(?<port>\d{1,5}))?$/;
const MAX_PORT = 65_535;
const PARAMETERS = { single: ['db'], sentinel: ['db', 'sentinelPassword'], cluster: [] } as const;
const EXPECTED_FORMS = [
  'redis://host:6379/0',
  'rediss://user:password@host:6379',
  'redis-sentinel://host:26379,host:26379/master-name?db=0',
  'redis-cluster://host:6379,host:6379',
];

/**
 * Parses the URL of a Redis:
 *
 * - `redis://user:password@host:6379/0`, with TLS `rediss://`: one server
 * - `redis-sentinel://user:password@host:26379,host:26379/master-name?db=0&sentinelPassword=…`: the master of these Sentinels
 * - `redis-cluster://user:password@host:6379,host:6379`: the cluster of these servers
 *
 * `rediss-sentinel://` and `rediss-cluster://` are the same with TLS.
 *
 * @throws {StoreUrlError} for another form or an unknown parameter
 */
export function parseRedisAddress(url: string): RedisAddress {
  const parts = URL_PATTERN.exec(url)?.groups;
  if (!parts) throw createMalformedUrlError();
  const topology = parseTopology(parts['topology']);
  const query = new URLSearchParams(parts['query']);
  checkParameters(query, PARAMETERS[topology]);
  return {
    topology,
    nodes: parseNodes(parts['nodes'], topology),
    tls: parts['tls'] !== undefined,
    ...parseDatabase(parts['path'], topology, query),
    ...createOptionalMember('username', decodePart(parts['username'])),
    ...createOptionalMember('password', decodePart(parts['password'])),
    ...createOptionalMember('sentinelPassword', query.get('sentinelPassword') ?? undefined),
  };
}

function parseNodes(text: string | undefined, topology: RedisAddress['topology']): RedisAddress['nodes'] {
  const [first, ...more] = (text ?? '').split(',').map((node) => parseNode(node, topology));
  if (!first || (topology === 'single' && more.length > 0)) throw createMalformedUrlError();
  return [first, ...more];
}

/** The path is the number of the database, or for Sentinels the name of the master. */
function parseDatabase(
  path: string | undefined,
  topology: RedisAddress['topology'],
  query: URLSearchParams,
): Pick<RedisAddress, 'db' | 'master'> {
  const isSentinel = topology === 'sentinel';
  const db = (isSentinel ? query.get('db') : path || query.get('db')) || '0';
  if (!/^\d+$/.test(db) || (isSentinel && !path)) throw createMalformedUrlError();
  if (topology === 'cluster' && Number(db) !== 0) throw new StoreUrlError('a Redis cluster has only database 0');
  return isSentinel ? { db: Number(db), ...createOptionalMember('master', decodePart(path)) } : { db: Number(db) };
}

function parseTopology(text: string | undefined): RedisAddress['topology'] {
  return text === 'sentinel' || text === 'cluster' ? text : 'single';
}

function parseNode(text: string, topology: RedisAddress['topology']): RedisNode {
  const parts = NODE_PATTERN.exec(text)?.groups;
  if (!parts?.['host']) throw createMalformedUrlError();
  const host = parts['host'].replace(/^\[|\]$/g, '');
  const port = Number(parts['port'] ?? (topology === 'sentinel' ? 26379 : 6379));
  if (port > MAX_PORT) throw createMalformedUrlError();
  return { host, port };
}

function decodePart(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    // The error repeats the text, which may be a password.
    throw new StoreUrlError('a % in the URL is not followed by two hexadecimal digits; write %25 for a plain %');
  }
}

function createOptionalMember<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  const entry: Partial<Record<K, string>> = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}

function createMalformedUrlError(): StoreUrlError {
  return new StoreUrlError(`expected the URL of a Redis in one of these forms: ${EXPECTED_FORMS.join(' · ')}`);
}
