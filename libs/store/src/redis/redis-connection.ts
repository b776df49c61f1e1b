import { parseRedisAddress } from '@trunkline/config';
import { createFailure } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { Redis, RedisOptions } from 'ioredis';
import { TimeoutError, waitWithTimeout } from '@trunkline/time';
import { OutageLog } from '../outage-log';
import type { RedisScript } from './redis-script';
import { StoreSetupError } from '../store-setup-error';

/** A start is not held up for longer by a Redis that does not answer. */
const FIRST_REPLY_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** For what the client asks on its own behalf, such as whether Redis has loaded its data. */
const COMMAND_TIMEOUT_MS = 3_000;
const PROBE_TIMEOUT_MS = 1_000;
const MIN_RECONNECT_DELAY_MS = 50;
const MAX_RECONNECT_DELAY_MS = 2_000;

const DATABASE_OUT_OF_RANGE = /DB index is out of range/;
/** In the answer to CLUSTER INFO. */
const SEVERAL_MASTERS = /cluster_size:(?:[2-9]|[1-9]\d)/;

/** What the client of ioredis is told. */
const CLIENT_OPTIONS = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: COMMAND_TIMEOUT_MS,
  disconnectTimeout: 500,
  disableClientInfo: true,
  // Nothing waits for a connection, and nothing is sent twice: whoever asked has been told that it failed.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // A primary that has become a replica: the address may lead to the new one.
  reconnectOnError: ({ message }: Error) => message.startsWith('READONLY'),
  // Half of the wait is random, so that the buses of a fleet do not come back in the same instant.
  retryStrategy: (attempt: number) =>
    Math.min(MAX_RECONNECT_DELAY_MS, MIN_RECONNECT_DELAY_MS * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
} satisfies RedisOptions;

/** What a command is asked with. */
export interface RedisCommandOptions {
  readonly args?: readonly (string | number)[];
  /** How long to wait for the answer. At most 3 s. */
  readonly timeoutMs: number;
}

/** What a script is run with. */
export interface RedisScriptOptions extends RedisCommandOptions {
  readonly keys: readonly string[];
}

/**
 * The connection to the Redis of `bus.stores.redis`, which all stores of a bus share.
 *
 * No call waits for Redis to come back: without a connection it fails at once, and with one it fails after its own time limit.
 * After a call that got no answer in time nobody else waits either, until a probe has been answered; a probe that is not answered
 * makes a new connection. Reconnecting goes on forever, at most 2 s apart. Outages are logged once a minute.
 */
export class RedisConnection {
  readonly #client: Redis;
  readonly #outage: OutageLog;
  #isUnresponsive = false;
  #isClosed = false;
  #lastError = new Error('not connected yet');
  /** There is a server, which is not the one that the address means. */
  #databaseError: Error | undefined;

  private constructor(client: Redis, logger: Logger) {
    this.#client = client;
    this.#outage = new OutageLog({
      logger,
      downMessage: 'Redis does not answer',
      recoveredMessage: 'Redis answers again',
    });
    client.on('error', (error: Error) => {
      this.#lastError = error;
      // ioredis goes on in database 0, which is others'.
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
   * Loads the client and begins to connect. Resolves as soon as Redis has answered or refused, and after 1 s in any case: a Redis
   * that is down is no reason not to start.
   *
   * @param url - `redis://` or `rediss://`, with user, password and number of the database where they are needed
   * @throws {StoreSetupError} when this Redis does not have the database, or is one of a cluster
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

  /** Would a call be sent? */
  get isAvailable(): boolean {
    return this.#client.status === 'ready' && !this.#isUnresponsive && !this.#databaseError;
  }

  /**
   * Sends one command.
   *
   * @throws {BusError} `STORE_UNAVAILABLE` when there is no connection, no answer in time, or an error for an answer
   */
  call(name: string, { args = [], timeoutMs }: RedisCommandOptions): Promise<unknown> {
    return this.#execute(() => this.#client.call(name, ...args), timeoutMs);
  }

  /**
   * Runs a script, which Redis does as one step that nothing comes in between.
   *
   * @throws {BusError} as {@link call}
   */
  runScript(script: RedisScript, { keys, args = [], timeoutMs }: RedisScriptOptions): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args];
    const client = this.#client;
    const unknownYet = (error: unknown) => {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT'))
        return client.call('EVAL', script.lua, ...rest);
      throw error;
    };
    return this.#execute(() => client.call('EVALSHA', script.sha1, ...rest).catch(unknownYet), timeoutMs);
  }

  /** Lets go of the connection. What still waits for an answer fails. */
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
      // The old one goes on being called ready until it has gone: the doubt ends with a new one.
      if (!this.#isClosed) this.#client.disconnect(true);
    }
  }

  #markAvailable(): void {
    this.#isUnresponsive = false;
    this.#lastError = new Error('the connection was closed');
    this.#outage.recordSuccess();
  }

  async #assertUsable(): Promise<void> {
    const refusal = this.#databaseError
      ? 'it does not have the database of its address'
      : await this.#findClusterProblem();
    if (refusal === undefined) return;
    this.close();
    throw new StoreSetupError(`this Redis cannot be used: ${refusal}`, { cause: this.#databaseError });
  }

  /** Rate limits take several keys at a time, which servers of a cluster do not have together. */
  async #findClusterProblem(): Promise<string | undefined> {
    try {
      const facts = await this.call('CLUSTER', { args: ['INFO'], timeoutMs: FIRST_REPLY_TIMEOUT_MS });
      return SEVERAL_MASTERS.test(String(facts)) ? 'it is one of a cluster; expected a single server' : undefined;
    } catch {
      // No cluster, or one that does not say so to this user, or a Redis that is not there yet.
      return undefined;
    }
  }

  #waitForFirstReply(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        clearTimeout(timer);
        this.#client.off('ready', goOn).off('close', goOn);
        resolve();
      };
      const timer = setTimeout(goOn, FIRST_REPLY_TIMEOUT_MS);
      this.#client.once('ready', goOn).once('close', goOn);
    });
  }
}
