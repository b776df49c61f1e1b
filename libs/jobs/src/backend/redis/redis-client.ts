import type { ConnectionOptions } from 'node:tls';
import type { RedisAddress, TlsSettings } from '@trunkline/config';
import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** One connection, or one to each node of a cluster. */
export type RedisClient = Redis | Cluster;

/**
 * Use of a connection:
 *
 * - `caller`: calls with a time limit. A command that cannot be sent fails at once and is never sent later
 * - `worker`: takes and finishes jobs. A command that cannot be sent is sent once Redis is available
 * - `waiter`: the blocking wait of a worker for its next job
 */
export type RedisClientRole = 'caller' | 'worker' | 'waiter';

/** How long Redis may take to respond before the connection is closed. A blocking wait takes two seconds. */
const SOCKET_TIMEOUT_MS: Readonly<Record<RedisClientRole, number>> = { caller: 1_000, worker: 3_000, waiter: 3_500 };
const CONNECT_TIMEOUT_MS = 1_000;
/** How long a closed connection waits for the server to close its end. ioredis keeps the process alive for this time. */
const DISCONNECT_TIMEOUT_MS = 200;
const RECONNECT_DELAY_MS = { first: 50, longest: 1_000 };

/** Use and TLS settings of a connection. */
export interface RedisClientOptions {
  readonly role: RedisClientRole;
  readonly tls: TlsSettings | undefined;
}

/** Creates a client that reconnects forever, at least once a second, and detects a server that hangs. */
export function createRedisClient(address: RedisAddress, { role, tls }: RedisClientOptions): RedisClient {
  const tlsOptions = address.tls ? toTlsOptions(tls) : undefined;
  const options = createRedisOptions(address, role, tlsOptions);
  if (address.topology === 'cluster') return createCluster(address, options);
  if (address.topology === 'sentinel') return new Redis({ ...options, ...createSentinelOptions(address, tlsOptions) });
  return new Redis({ ...options, ...address.nodes[0], db: address.db });
}

/**
 * Closes a client, and rejects its pending commands.
 *
 * Between two reconnection attempts, ioredis cancels the next attempt without rejecting pending commands: BullMQ's worker would wait
 * for them forever, and its timers would keep the process alive. Another attempt that is closed at once rejects them.
 */
export function closeRedisClient(client: RedisClient): void {
  client.disconnect();
  if (client.status !== 'reconnecting' || client instanceof Cluster) return;
  client.connect().catch(() => undefined);
  client.disconnect();
}

function createRedisOptions(address: RedisAddress, role: RedisClientRole, tlsOptions: ConnectionOptions | undefined) {
  const keepsCommands = role !== 'caller';
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(tlsOptions && { tls: tlsOptions }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS[role],
    retryStrategy: computeReconnectDelayMs,
    // The server has become a replica: reconnecting finds the new master.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
    enableOfflineQueue: keepsCommands,
    maxRetriesPerRequest: keepsCommands ? null : 0,
    autoResendUnfulfilledCommands: keepsCommands,
  } satisfies RedisOptions;
}

function createSentinelOptions(address: RedisAddress, tlsOptions: ConnectionOptions | undefined) {
  return {
    sentinels: [...address.nodes],
    name: address.master ?? '',
    db: address.db,
    sentinelRetryStrategy: computeReconnectDelayMs,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    ...(address.sentinelPassword === undefined ? {} : { sentinelPassword: address.sentinelPassword }),
    ...(tlsOptions && { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions }),
  } satisfies RedisOptions;
}

function createCluster(address: RedisAddress, options: ReturnType<typeof createRedisOptions>): Cluster {
  const { enableOfflineQueue, retryStrategy: _, ...node } = options;
  return new Cluster([...address.nodes], {
    clusterRetryStrategy: computeReconnectDelayMs,
    enableOfflineQueue,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    redisOptions: node,
    // Certificates contain the host names of the URL, so these must not be resolved to addresses.
    ...(address.tls
      ? { dnsLookup: (host: string, done: (error: null, host: string) => void) => done(null, host) }
      : {}),
  });
}

/** Verification is explicit, because an environment variable can disable it for the whole process. */
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
