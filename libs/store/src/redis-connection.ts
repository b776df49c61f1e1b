import { parseRedisAddress } from '@trunkline/config';
import { failureOf } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { Redis, RedisOptions } from 'ioredis';
import { OutageLog } from './outage-log';
import type { RedisScript } from './redis-script';
import { StoreSetupError } from './store-setup-error';
import { within } from './within';

/** A start is not held up for longer by a Redis that does not answer. */
const FIRST_ANSWER_WITHIN_MS = 1_000;
const CONNECT_WITHIN_MS = 1_000;
/** For what the client asks on its own behalf, such as whether Redis has loaded its data. */
const HANDSHAKE_WITHIN_MS = 3_000;
const PROBE_WITHIN_MS = 1_000;
const RECONNECT_FIRST_MS = 50;
const RECONNECT_MOST_MS = 2_000;

const NO_DATABASE = /DB index is out of range/;
/** In the answer to CLUSTER INFO. */
const SEVERAL_MASTERS = /cluster_size:(?:[2-9]|[1-9]\d)/;

/** What the client of ioredis is told. */
const CLIENT_OPTIONS = {
  connectTimeout: CONNECT_WITHIN_MS,
  commandTimeout: HANDSHAKE_WITHIN_MS,
  disconnectTimeout: 500,
  disableClientInfo: true,
  // Nothing waits for a connection, and nothing is sent twice: whoever asked has been told that it failed.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // A primary that has become a replica: the address may lead to the new one.
  reconnectOnError: ({ message }: Error) => message.startsWith('READONLY'),
  // Half of the wait is random, so that the buses of a fleet do not come back in the same instant.
  retryStrategy: (attempt: number) =>
    Math.min(RECONNECT_MOST_MS, RECONNECT_FIRST_MS * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
} satisfies RedisOptions;

/** What a command is asked with. */
export interface RedisCommand {
  readonly args?: readonly (string | number)[];
  /** How long to wait for the answer. At most 3 s. */
  readonly timeoutMs: number;
}

/** What a script is run with. */
export interface RedisScriptCall extends RedisCommand {
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
  #isInDoubt = false;
  #isClosed = false;
  #reason = new Error('not connected yet');
  /** There is a server, which is not the one that the address means. */
  #refusal: Error | undefined;

  private constructor(client: Redis, logger: Logger) {
    this.#client = client;
    this.#outage = new OutageLog({ logger, down: 'Redis does not answer', back: 'Redis answers again' });
    client.on('error', (error: Error) => {
      this.#reason = error;
      // ioredis goes on in database 0, which is others'.
      if (NO_DATABASE.test(error.message)) this.#refusal = error;
    });
    client.on('connect', () => (this.#refusal = undefined));
    client.on('ready', () => {
      if (!this.#refusal) this.#isBack();
    });
    client.on('close', () => {
      if (!this.#isClosed) this.#outage.failed(this.#reason);
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
    await connection.#firstAnswer();
    await connection.#assertUsable();
    return connection;
  }

  /** Would a call be sent? */
  get isUp(): boolean {
    return this.#client.status === 'ready' && !this.#isInDoubt && !this.#refusal;
  }

  /**
   * Sends one command.
   *
   * @throws {BusError} `STORE_UNAVAILABLE` when there is no connection, no answer in time, or an error for an answer
   */
  call(name: string, { args = [], timeoutMs }: RedisCommand): Promise<unknown> {
    return this.#answered(() => this.#client.call(name, ...args), timeoutMs);
  }

  /**
   * Runs a script, which Redis does as one step that nothing comes in between.
   *
   * @throws {BusError} as {@link call}
   */
  run(script: RedisScript, { keys, args = [], timeoutMs }: RedisScriptCall): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args];
    const client = this.#client;
    const unknownYet = (error: unknown) => {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT'))
        return client.call('EVAL', script.lua, ...rest);
      throw error;
    };
    return this.#answered(() => client.call('EVALSHA', script.sha1, ...rest).catch(unknownYet), timeoutMs);
  }

  /** Lets go of the connection. What still waits for an answer fails. */
  close(): void {
    this.#isClosed = true;
    this.#client.disconnect();
  }

  async #answered(ask: () => Promise<unknown>, timeoutMs: number): Promise<unknown> {
    if (!this.isUp) throw failureOf('STORE_UNAVAILABLE', { cause: this.#reason });
    try {
      return await within(timeoutMs, ask(), () => this.#doubt(timeoutMs));
    } catch (cause) {
      throw failureOf('STORE_UNAVAILABLE', { cause });
    }
  }

  /** @returns why the call fails */
  #doubt(timeoutMs: number): Error {
    const reason = new Error(`no answer within ${timeoutMs} ms`);
    if (!this.#isInDoubt) void this.#probe(reason);
    return reason;
  }

  async #probe(reason: Error): Promise<void> {
    this.#isInDoubt = true;
    this.#reason = reason;
    this.#outage.failed(reason);
    try {
      await within(PROBE_WITHIN_MS, this.#client.call('PING'), () => reason);
      this.#isBack();
    } catch {
      // The old one goes on being called ready until it has gone: the doubt ends with a new one.
      if (!this.#isClosed) this.#client.disconnect(true);
    }
  }

  #isBack(): void {
    this.#isInDoubt = false;
    this.#reason = new Error('the connection was closed');
    this.#outage.succeeded();
  }

  async #assertUsable(): Promise<void> {
    const refusal = this.#refusal ? 'it does not have the database of its address' : await this.#findCluster();
    if (refusal === undefined) return;
    this.close();
    throw new StoreSetupError(`this Redis cannot be used: ${refusal}`, { cause: this.#refusal });
  }

  /** Rate limits take several keys at a time, which servers of a cluster do not have together. */
  async #findCluster(): Promise<string | undefined> {
    try {
      const facts = await this.call('CLUSTER', { args: ['INFO'], timeoutMs: FIRST_ANSWER_WITHIN_MS });
      return SEVERAL_MASTERS.test(String(facts)) ? 'it is one of a cluster; expected a single server' : undefined;
    } catch {
      // No cluster, or one that does not say so to this user, or a Redis that is not there yet.
      return undefined;
    }
  }

  #firstAnswer(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        clearTimeout(timer);
        this.#client.off('ready', goOn).off('close', goOn);
        resolve();
      };
      const timer = setTimeout(goOn, FIRST_ANSWER_WITHIN_MS);
      this.#client.once('ready', goOn).once('close', goOn);
    });
  }
}
