import { parseRedisAddress } from '@trunkline/config';
import { createFailure } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { Redis, RedisOptions } from 'ioredis';
import { TimeoutError, waitWithTimeout } from '@trunkline/time';
import { OutageLog } from '../outage-log';
import type { RedisScript } from './redis-script';
import { StoreSetupError } from '../store-setup-error';

/** Maximum wait for Redis at start. */
const FIRST_REPLY_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** For commands of the client itself, such as the check whether Redis has loaded its data. */
const COMMAND_TIMEOUT_MS = 3_000;
const PROBE_TIMEOUT_MS = 1_000;
const MIN_RECONNECT_DELAY_MS = 50;
const MAX_RECONNECT_DELAY_MS = 2_000;

const DATABASE_OUT_OF_RANGE = /DB index is out of range/;
/** In the response to CLUSTER INFO. */
const SEVERAL_MASTERS = /cluster_size:(?:[2-9]|[1-9]\d)/;

/** Options of ioredis. */
const CLIENT_OPTIONS = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: COMMAND_TIMEOUT_MS,
  disconnectTimeout: 200,
  disableClientInfo: true,
  // No command waits for a connection, and none is sent twice: its caller has received a failure.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // After a failover, the same address may lead to the new primary.
  reconnectOnError: ({ message }: Error) => message.startsWith('READONLY'),
  // Half of the delay is random, so that many buses do not reconnect at the same instant.
  retryStrategy: (attempt: number) =>
    Math.min(MAX_RECONNECT_DELAY_MS, MIN_RECONNECT_DELAY_MS * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
} satisfies RedisOptions;

/** Arguments and time limit of a command. */
export interface RedisCommandOptions {
  readonly args?: readonly (string | number)[];
  /** Time limit for the response, at most 3 s. */
  readonly timeoutMs: number;
}

/** Keys, arguments and time limit of a script. */
export interface RedisScriptOptions extends RedisCommandOptions {
  readonly keys: readonly string[];
}

/**
 * The connection to the Redis of `bus.stores.redis`, which all stores of a bus share.
 *
 * No call waits for an unavailable Redis: without a connection it fails immediately, otherwise after its own time limit. After a timeout,
 * further calls fail immediately until Redis responds to a probe; a probe without a response causes a reconnect. Reconnecting never
 * stops, with at most 2 s between attempts. Outages are logged once a minute.
 */
export class RedisConnection {
  readonly #client: Redis;
  readonly #outage: OutageLog;
  #isUnresponsive = false;
  #isClosed = false;
  #lastError = new Error('not connected yet');
  /** Set if the server does not have the database of the URL. */
  #databaseError: Error | undefined;

  private constructor(client: Redis, logger: Logger) {
    this.#client = client;
    this.#outage = new OutageLog({
      logger,
      downMessage: 'Redis is unavailable',
      recoveredMessage: 'Redis is available again',
    });
    client.on('error', (error: Error) => {
      this.#lastError = error;
      // ioredis would continue with database 0, which may belong to others.
      if (DATABASE_OUT_OF_RANGE.test(error.message)) this.#databaseError = error;
    });
    client.on('connect', () => (this.#databaseError = undefined));
    client.on('ready', () => {
      if (!this.#databaseError) this.#markAvailable();
    });
    client.on('close', () => {
      if (!this.#isClosed) this.#outage.recordFailure(this.#lastError);
    });
  }

  /**
   * Loads the client and connects. Resolves when Redis has accepted or rejected the connection, and after 1 s in any case, so that an
   * unavailable Redis does not prevent a start.
   *
   * @param url - `redis://` or `rediss://`, optionally with user, password and database number
   * @throws {StoreSetupError} when the database does not exist, or the server belongs to a cluster
   */
  static async open(url: string, logger: Logger): Promise<RedisConnection> {
    const { Redis } = await import('ioredis');
    const { nodes, tls, db, username, password } = parseRedisAddress(url);
    const place = {
      ...nodes[0],
      db,
      ...(username && { username }),
      ...(password && { password }),
      ...(tls && { tls: {} }),
    };
    const connection = new RedisConnection(new Redis({ ...CLIENT_OPTIONS, ...place }), logger);
    await connection.#waitForFirstReply();
    await connection.#assertUsable();
    return connection;
  }

  /** Whether a call would be sent. */
  get isAvailable(): boolean {
    return this.#client.status === 'ready' && !this.#isUnresponsive && !this.#databaseError;
  }

  /**
   * Sends one command.
   *
   * @throws {BusError} `STORE_UNAVAILABLE` when Redis is unavailable, does not respond in time, or responds with an error
   */
  call(name: string, { args = [], timeoutMs }: RedisCommandOptions): Promise<unknown> {
    return this.#execute(() => this.#client.call(name, ...args), timeoutMs);
  }

  /**
   * Runs a script, which Redis executes atomically.
   *
   * @throws {BusError} like {@link call}
   */
  runScript(script: RedisScript, { keys, args = [], timeoutMs }: RedisScriptOptions): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args];
    const client = this.#client;
    const sendSource = (error: unknown) => {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT'))
        return client.call('EVAL', script.lua, ...rest);
      throw error;
    };
    return this.#execute(() => client.call('EVALSHA', script.sha1, ...rest).catch(sendSource), timeoutMs);
  }

  /** Closes the connection. Pending calls fail. */
  close(): void {
    this.#isClosed = true;
    this.#client.disconnect();
  }

  async #execute(command: () => Promise<unknown>, timeoutMs: number): Promise<unknown> {
    if (!this.isAvailable) throw createFailure('STORE_UNAVAILABLE', { cause: this.#lastError });
    try {
      return await waitWithTimeout(timeoutMs, command());
    } catch (cause) {
      if (cause instanceof TimeoutError && !this.#isUnresponsive) void this.#probe(cause);
      throw createFailure('STORE_UNAVAILABLE', { cause });
    }
  }

  async #probe(timeout: TimeoutError): Promise<void> {
    this.#isUnresponsive = true;
    this.#lastError = timeout;
    this.#outage.recordFailure(timeout);
    try {
      await waitWithTimeout(PROBE_TIMEOUT_MS, this.#client.call('PING'));
      this.#markAvailable();
    } catch {
      // The old connection has the status `ready` until it is closed; the next one resets the state.
      if (!this.#isClosed) this.#client.disconnect(true);
    }
  }

  #markAvailable(): void {
    this.#isUnresponsive = false;
    this.#lastError = new Error('the connection was closed');
    this.#outage.recordSuccess();
  }

  async #assertUsable(): Promise<void> {
    const problem = this.#databaseError ? 'the database in its URL does not exist' : await this.#findClusterProblem();
    if (problem === undefined) return;
    this.close();
    throw new StoreSetupError(`this Redis cannot be used: ${problem}`, { cause: this.#databaseError });
  }

  /** Rate limits use several keys in one script, which may be on different servers of a cluster. */
  async #findClusterProblem(): Promise<string | undefined> {
    try {
      const info = await this.call('CLUSTER', { args: ['INFO'], timeoutMs: FIRST_REPLY_TIMEOUT_MS });
      return SEVERAL_MASTERS.test(String(info)) ? 'it belongs to a cluster; expected a single server' : undefined;
    } catch {
      // Not a cluster, or this user may not query it, or Redis is unavailable.
      return undefined;
    }
  }

  #waitForFirstReply(): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#client.off('ready', finish).off('close', finish);
        resolve();
      };
      const timer = setTimeout(finish, FIRST_REPLY_TIMEOUT_MS);
      this.#client.once('ready', finish).once('close', finish);
    });
  }
}
