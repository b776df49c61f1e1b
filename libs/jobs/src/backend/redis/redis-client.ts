import type { ConnectionOptions } from 'node:tls';
import type { RedisAddress, TlsSettings } from '@trunkline/config';
import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** One connection, or one to each node of a cluster. */
export type RedisClient = Redis | Cluster;

/**
 * Who uses a connection:
 *
 * - `caller`: someone waits for the answer. What cannot be sent now fails at once and is never sent later
 * - `worker`: takes and finishes jobs. What cannot be sent now is sent when Redis is back
 * - `waiter`: a worker's blocking wait for the next job
 */
export type RedisClientRole = 'caller' | 'worker' | 'waiter';

/** Redis may be silent this long while it owes an answer; then the connection is given up. A blocking wait is two seconds. */
const SOCKET_TIMEOUT_MS: Readonly<Record<RedisClientRole, number>> = { caller: 1_000, worker: 3_000, waiter: 3_500 };
const CONNECT_TIMEOUT_MS = 1_000;
const RECONNECT_DELAY_MS = { first: 50, longest: 1_000 };

/** Who makes a connection, and how it is made safe if the address asks for TLS. */
export interface RedisClientOptions {
  readonly role: RedisClientRole;
  readonly tls: TlsSettings | undefined;
}

/** Makes a client that reconnects for ever, a second apart at most, and notices a server that hangs. */
export function createRedisClient(address: RedisAddress, { role, tls }: RedisClientOptions): RedisClient {
  const trust = address.tls ? toTlsOptions(tls) : undefined;
  const options = createRedisOptions(address, role, trust);
  if (address.topology === 'cluster') return createCluster(address, options);
  if (address.topology === 'sentinel') return new Redis({ ...options, ...createSentinelOptions(address, trust) });
  return new Redis({ ...options, ...address.nodes[0], db: address.db });
}

/**
 * Ends a client, and what waits for it with an error.
 *
 * ioredis gives up the next attempt of a client that is between two, and tells nobody: what was to be sent would wait for ever,
 * and BullMQ's worker with it, whose timers keep the process alive. An attempt that is given up at once ends the client.
 */
export function closeRedisClient(client: RedisClient): void {
  client.disconnect();
  if (client.status !== 'reconnecting' || client instanceof Cluster) return;
  client.connect().catch(() => undefined);
  client.disconnect();
}

function createRedisOptions(address: RedisAddress, use: RedisClientRole, trust: ConnectionOptions | undefined) {
  const waitsForReturn = use !== 'caller';
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(trust && { tls: trust }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS[use],
    retryStrategy: computeReconnectDelayMs,
    // A replica that was a master until a moment ago: its successor is elsewhere.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
    enableOfflineQueue: waitsForReturn,
    maxRetriesPerRequest: waitsForReturn ? null : 0,
    autoResendUnfulfilledCommands: waitsForReturn,
  } satisfies RedisOptions;
}

function createSentinelOptions(address: RedisAddress, trust: ConnectionOptions | undefined) {
  return {
    sentinels: [...address.nodes],
    name: address.master ?? '',
    db: address.db,
    sentinelRetryStrategy: computeReconnectDelayMs,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    ...(address.sentinelPassword === undefined ? {} : { sentinelPassword: address.sentinelPassword }),
    ...(trust && { enableTLSForSentinelMode: true, sentinelTLS: trust }),
  } satisfies RedisOptions;
}

function createCluster(address: RedisAddress, options: ReturnType<typeof createRedisOptions>): Cluster {
  const { enableOfflineQueue, retryStrategy: _, ...node } = options;
  return new Cluster([...address.nodes], {
    clusterRetryStrategy: computeReconnectDelayMs,
    enableOfflineQueue,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    redisOptions: node,
    // Certificates name the hosts that operators wrote, which a cluster's own answers resolve away.
    ...(address.tls
      ? { dnsLookup: (host: string, done: (error: null, host: string) => void) => done(null, host) }
      : {}),
  });
}

/** Verification is said because an environment variable can turn it off for the whole process. */
function toTlsOptions({ ca, cert, key }: TlsSettings = {}): ConnectionOptions {
  return {
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

function computeReconnectDelayMs(times: number): number {
  return Math.min(RECONNECT_DELAY_MS.first * 2 ** Math.min(times, 10), RECONNECT_DELAY_MS.longest);
}
