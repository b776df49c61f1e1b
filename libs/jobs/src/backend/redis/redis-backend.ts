import { parseRedisAddress, type RedisAddress, type TlsSettings } from '@trunkline/config';
import type { Logger } from '@trunkline/telemetry';
import { ConnectionClosedError, type IQueueBackend, QueueKeys, RedisConnection, RedisQueueBackend } from 'bullmq';
import { TimeoutError, waitWithTimeout } from '@trunkline/time';
import { JobBackend, type QueueBackendOptions } from '../job-backend';
import { AppendOnlyFile } from './append-only-file';
import { JobStoreError } from '../job-store-error';
import { OutageMonitor } from '../outage-monitor';
import { closeRedisClient, createRedisClient, type RedisClient, type RedisClientRole } from './redis-client';
import {
  listRecommendedSettings,
  assertDurable,
  type Durability,
  readSetups,
  type RedisSetup,
  hasFsyncAlways,
} from './redis-durability';
import { isRedisOutage } from './redis-outage';
import { assertServerMatchesAddress, createRedisSetupError, isRedisSetupError } from './redis-setup-error';
import { RedisWorkerBackend } from './redis-worker-backend';

/** How long a start waits for Redis before it continues without it. */
const START_TIMEOUT_MS = 1_500;
const RECHECK_AFTER_MS = 5_000;

/** Options of {@link RedisBackend.open}. */
export interface RedisBackendOptions {
  readonly url: string;
  /** Prefix of all keys. */
  readonly prefix: string;
  readonly durability: Durability;
  /** For `rediss…://`. Default: Node's certificate authorities. */
  readonly tls?: TlsSettings | undefined;
  readonly logger: Logger;
}

/**
 * Jobs in Redis: one server, the master of a Sentinel, or a cluster.
 *
 * Callers share a connection, workers share another, and each worker waits for jobs on its own. A server that hangs is detected on
 * each of them within four seconds; then they reconnect once a second.
 */
export class RedisBackend extends JobBackend {
  readonly kind = 'redis';
  readonly #address: RedisAddress;
  /** With one hash tag, so that all queues of a flow are in one slot of a cluster. */
  readonly #prefix: string;
  readonly #clients = new Set<RedisClient>();
  readonly #callerClient: RedisClient;
  readonly #workerClient: RedisClient;
  readonly #sharedConnection: RedisConnection;
  #setupCheck: Promise<void> | undefined;
  /** The latest check has succeeded, and the connection has not been closed since. */
  #isSetupAccepted = false;
  #checkedAtMs = 0;
  readonly #appendOnlyFile: AppendOnlyFile;
  #isWriteDeferred = false;
  #isWarned = false;
  #isOpen = false;
  /** Latest error of a connection. */
  #lastConnectionError: unknown;

  private constructor(private readonly options: RedisBackendOptions) {
    super(new OutageMonitor(options.logger));
    this.#address = parseRedisAddress(options.url);
    this.#prefix = options.prefix.includes('{') ? options.prefix : `{${options.prefix}}`;
    this.#callerClient = this.#createClient('caller');
    this.#workerClient = this.#createClient('worker');
    // The version check is skipped: if its command failed, the connection would stay failed.
    this.#sharedConnection = new RedisConnection(this.#callerClient, {
      shared: true,
      blocking: false,
      skipVersionCheck: true,
    });
    this.#sharedConnection.on('error', () => undefined);
    this.#appendOnlyFile = new AppendOnlyFile(this.#callerClient);
  }

  /**
   * Connects, and rejects a Redis that would lose jobs. An unavailable one does not stop a start: it is checked once it is available.
   * Until then, and after a failed check, calls are `STORE_UNAVAILABLE`.
   *
   * @throws {StoreUrlError} when the URL is malformed
   * @throws {JobStoreError} when the Redis is of another kind, has no such database, is too old, would lose jobs, rejects the user or has
   *   an untrusted certificate
   */
  static async open(options: RedisBackendOptions): Promise<RedisBackend> {
    const backend = new RedisBackend(options);
    try {
      await waitWithTimeout(START_TIMEOUT_MS, backend.#connectAndCheck());
    } catch (error) {
      const cause = error instanceof TimeoutError ? (backend.#lastConnectionError ?? error) : error;
      if (cause instanceof JobStoreError || isRedisSetupError(cause)) {
        await backend.close();
        throw cause instanceof JobStoreError ? cause : createRedisSetupError(cause);
      }
      backend.outageMonitor.recordOutage(cause);
    }
    backend.#isOpen = true;
    return backend;
  }

  override async readClock(): Promise<number> {
    const [seconds, microseconds] = await this.#callerClient.time();
    return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  }

  protected override createQueueBackend({ name, options, isBlocking }: QueueBackendOptions): IQueueBackend {
    const keys = new QueueKeys(this.#prefix);
    const names = keys.getKeys(name);
    const toKey = (type: string) => keys.toKey(name, type);
    const prefixed = { ...options, prefix: this.#prefix };
    if (!isBlocking)
      return new RedisQueueBackend(this.#sharedConnection, name, names, toKey, prefixed, undefined, false);
    const working = new RedisConnection(this.#workerClient, { shared: true, blocking: false });
    const waiting = new RedisConnection(this.#createClient('waiter'), { shared: false, blocking: true });
    return new RedisWorkerBackend(working, name, names, toKey, prefixed, waiting);
  }

  protected override waitUntilAvailable(): Promise<void> | undefined {
    const isAvailable = this.#isOpen && this.#isSetupAccepted && this.#callerClient.status === 'ready';
    return isAvailable ? undefined : this.#connectAndCheck();
  }

  async #connectAndCheck(): Promise<void> {
    // Only the start waits for a connection.
    if (this.#isOpen && this.#callerClient.status !== 'ready')
      throw new ConnectionClosedError(undefined, this.#lastConnectionError);
    await this.#sharedConnection.client;
    const isStale = performance.now() - this.#checkedAtMs > RECHECK_AFTER_MS;
    if (!this.#setupCheck || (isStale && (await isRejected(this.#setupCheck)))) this.#startSetupCheck();
    await this.#setupCheck;
  }

  protected override waitUntilDurable(): Promise<void> | undefined {
    return this.#isWriteDeferred ? this.#appendOnlyFile.waitUntilWritten() : undefined;
  }

  protected override isOutage(error: unknown): boolean {
    return error instanceof TimeoutError || error instanceof JobStoreError || isRedisOutage(error);
  }

  protected override async disconnect(): Promise<void> {
    for (const client of this.#clients) closeRedisClient(client);
  }

  #startSetupCheck(): void {
    this.#checkedAtMs = performance.now();
    const checking = this.#readSetups().then((setups) => {
      this.#applyDurability(setups);
      // A check whose connection was closed meanwhile tells nothing of the server behind the next one.
      if (this.#setupCheck === checking) this.#isSetupAccepted = true;
    });
    this.#setupCheck = checking;
    // The callers handle the error; without any, it must not be an unhandled rejection.
    checking.catch((error: unknown) => {
      // Redis became unavailable during the check.
      if (!(error instanceof JobStoreError) && this.#setupCheck === checking) this.#setupCheck = undefined;
    });
  }

  async #readSetups(): Promise<readonly RedisSetup[]> {
    try {
      await assertServerMatchesAddress(this.#callerClient, { address: this.#address, probe: `${this.#prefix}:probe` });
      return await readSetups(this.#callerClient);
    } catch (error) {
      throw isRedisSetupError(error) ? createRedisSetupError(error) : error;
    }
  }

  #applyDurability(setups: readonly RedisSetup[]): void {
    const { durability, logger } = this.options;
    for (const setup of setups) assertDurable(setup, durability);
    if (durability === 'relaxed') return;
    this.#isWriteDeferred = !setups.every(hasFsyncAlways);
    const advice = new Set(setups.flatMap(listRecommendedSettings));
    if (advice.size === 0 || this.#isWarned) return;
    this.#isWarned = true;
    logger.warn(
      { set: [...advice] },
      'this Redis may lose the latest jobs in a crash of its machine, or does not report its settings',
    );
  }

  #forgetSetup(): void {
    this.#setupCheck = undefined;
    this.#isSetupAccepted = false;
  }

  #createClient(role: RedisClientRole): RedisClient {
    const client = createRedisClient(this.#address, { role, tls: this.options.tls });
    client.on('error', (error) => {
      this.#lastConnectionError = error;
      // Until then, `open` reports the failure, or throws it.
      if (this.#isOpen) this.reportError(error);
    });
    // The settings may have changed: Redis was restarted, or another master took over.
    if (role === 'caller') client.on('close', () => this.#forgetSetup());
    if (role === 'worker') client.on('ready', () => this.outageMonitor.recordSuccess());
    // Not removed when it closes: BullMQ aborts a wait by closing its connection, and reconnects it.
    this.#clients.add(client);
    return client;
  }
}

function isRejected(promise: Promise<void>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}
