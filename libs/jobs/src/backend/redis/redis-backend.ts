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

/** A start waits this long for Redis, and goes on without it. */
const START_TIMEOUT_MS = 1_500;
const RECHECK_AFTER_MS = 5_000;

/** What {@link RedisBackend.open} needs. */
export interface RedisBackendOptions {
  readonly url: string;
  /** What all keys begin with. */
  readonly prefix: string;
  readonly durability: Durability;
  /** For `rediss…://`. Default: what Node trusts. */
  readonly tls?: TlsSettings | undefined;
  readonly logger: Logger;
}

/**
 * Jobs in Redis: one server, a master that Sentinels name, or a cluster.
 *
 * Callers share a connection, workers share another, and each worker waits for jobs on one of its own. A server that hangs is
 * noticed on each of them within four seconds; until it is back they knock once a second.
 */
export class RedisBackend extends JobBackend {
  readonly kind = 'redis';
  readonly #address: RedisAddress;
  /** With one hash tag, so that a flow over many queues is in one slot of a cluster. */
  readonly #prefix: string;
  readonly #clients = new Set<RedisClient>();
  readonly #callerClient: RedisClient;
  readonly #workerClient: RedisClient;
  readonly #sharedConnection: RedisConnection;
  #setupCheck: Promise<void> | undefined;
  #checkedAtMs = 0;
  readonly #appendOnlyFile: AppendOnlyFile;
  #isWriteDeferred = false;
  #isWarned = false;
  #isOpen = false;
  /** What went wrong last with a connection. */
  #lastConnectionError: unknown;

  private constructor(private readonly options: RedisBackendOptions) {
    super(new OutageMonitor(options.logger));
    this.#address = parseRedisAddress(options.url);
    this.#prefix = options.prefix.includes('{') ? options.prefix : `{${options.prefix}}`;
    this.#callerClient = this.#createClient('caller');
    this.#workerClient = this.#createClient('worker');
    // Without a check of the version: it would be a command that can fail, and the connection would stay failed.
    this.#sharedConnection = new RedisConnection(this.#callerClient, {
      shared: true,
      blocking: false,
      skipVersionCheck: true,
    });
    this.#sharedConnection.on('error', () => undefined);
    this.#appendOnlyFile = new AppendOnlyFile(this.#callerClient);
  }

  /**
   * Connects, and refuses a Redis that would lose jobs. One that is away does not stop a start: it is checked when it comes
   * up, and until then, and after a check that failed, calls are `STORE_UNAVAILABLE`.
   *
   * @throws {StoreUrlError} when the address is malformed
   * @throws {JobStoreError} when the Redis is of another kind or has no such database, is too old, would lose jobs, refuses the user or has a certificate that is not trusted
   */
  static async open(options: RedisBackendOptions): Promise<RedisBackend> {
    const backend = new RedisBackend(options);
    try {
      await waitWithTimeout(START_TIMEOUT_MS, backend.waitUntilAvailable());
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

  protected override async waitUntilAvailable(): Promise<void> {
    // Once the start has waited for it, nobody else does.
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
    const checking = this.#readSetups().then((setups) => this.#applyDurability(setups));
    this.#setupCheck = checking;
    // Whoever waits for it hears of it; a check whose caller has given up is not an unhandled rejection.
    checking.catch((error: unknown) => {
      // Redis went away before it told.
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
    logger.warn({ set: [...advice] }, 'this Redis may lose the latest jobs when its machine dies, or does not say so');
  }

  #createClient(role: RedisClientRole): RedisClient {
    const client = createRedisClient(this.#address, { role, tls: this.options.tls });
    client.on('error', (error) => {
      this.#lastConnectionError = error;
      // Until then, `open` reports the failure, or throws it.
      if (this.#isOpen) this.reportError(error);
    });
    // Whatever is there now may be set up otherwise: it was started again, or is the successor of a master that failed.
    if (role === 'caller') client.on('close', () => (this.#setupCheck = undefined));
    if (role === 'worker') client.on('ready', () => this.outageMonitor.recordSuccess());
    // Kept when it ends, too: BullMQ ends a wait that hangs by ending its connection, and connects it again.
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
