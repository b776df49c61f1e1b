import { parseRedisAddress, type RedisAddress, type TlsSettings } from '@trunkline/config';
import type { Logger } from '@trunkline/telemetry';
import { ConnectionClosedError, type IQueueBackend, QueueKeys, RedisConnection, RedisQueueBackend } from 'bullmq';
import { JobBackend, type StoreUse } from '../job-backend';
import { AppendOnlyFile } from './append-only-file';
import { JobStoreError } from '../job-store-error';
import { StoreWatch } from '../store-watch';
import { StoreTimeoutError } from '../store-timeout-error';
import { within } from '../within';
import { endClient, openRedis, type RedisClient, type RedisUse } from './redis-clients';
import {
  adviceFor,
  assertDurable,
  type Durability,
  readSetups,
  type RedisSetup,
  writesBeforeItAnswers,
} from './redis-durability';
import { isRedisOutage } from './redis-outage';
import { assertReachable, createRefusal, isRedisRefusal } from './redis-refusal';
import { WaitingRedisBackend } from './waiting-redis-backend';

/** A start waits this long for Redis, and goes on without it. */
const START_LIMIT_MS = 1_500;
const ASK_AGAIN_AFTER_MS = 5_000;

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
  readonly #callers: RedisClient;
  readonly #workers: RedisClient;
  readonly #shared: RedisConnection;
  #checked: Promise<void> | undefined;
  #checkedAtMs = 0;
  readonly #file: AppendOnlyFile;
  #isWrittenLater = false;
  #isWarned = false;
  #isOpen = false;
  /** What went wrong last with a connection. */
  #reason: unknown;

  private constructor(private readonly options: RedisBackendOptions) {
    super(new StoreWatch(options.logger));
    this.#address = parseRedisAddress(options.url);
    this.#prefix = options.prefix.includes('{') ? options.prefix : `{${options.prefix}}`;
    this.#callers = this.#client('caller');
    this.#workers = this.#client('worker');
    // Without a check of the version: it would be a command that can fail, and the connection would stay failed.
    this.#shared = new RedisConnection(this.#callers, { shared: true, blocking: false, skipVersionCheck: true });
    this.#shared.on('error', () => undefined);
    this.#file = new AppendOnlyFile(this.#callers);
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
      await within(START_LIMIT_MS, backend.available());
    } catch (error) {
      const cause = error instanceof StoreTimeoutError ? (backend.#reason ?? error) : error;
      if (cause instanceof JobStoreError || isRedisRefusal(cause)) {
        await backend.close();
        throw cause instanceof JobStoreError ? cause : createRefusal(cause);
      }
      backend.watch.failed(cause);
    }
    backend.#isOpen = true;
    return backend;
  }

  override async readClock(): Promise<number> {
    const [seconds, microseconds] = await this.#callers.time();
    return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  }

  protected override connect({ name, options, waits }: StoreUse): IQueueBackend {
    const keys = new QueueKeys(this.#prefix);
    const names = keys.getKeys(name);
    const toKey = (type: string) => keys.toKey(name, type);
    const prefixed = { ...options, prefix: this.#prefix };
    if (!waits) return new RedisQueueBackend(this.#shared, name, names, toKey, prefixed, undefined, false);
    const working = new RedisConnection(this.#workers, { shared: true, blocking: false });
    const waiting = new RedisConnection(this.#client('waiter'), { shared: false, blocking: true });
    return new WaitingRedisBackend(working, name, names, toKey, prefixed, waiting);
  }

  protected override async available(): Promise<void> {
    // Once the start has waited for it, nobody else does.
    if (this.#isOpen && this.#callers.status !== 'ready') throw new ConnectionClosedError(undefined, this.#reason);
    await this.#shared.client;
    const isStale = performance.now() - this.#checkedAtMs > ASK_AGAIN_AFTER_MS;
    if (!this.#checked || (isStale && (await isRejected(this.#checked)))) this.#check();
    await this.#checked;
  }

  protected override written(): Promise<void> | undefined {
    return this.#isWrittenLater ? this.#file.written() : undefined;
  }

  protected override isOutage(error: unknown): boolean {
    return error instanceof StoreTimeoutError || error instanceof JobStoreError || isRedisOutage(error);
  }

  protected override async release(): Promise<void> {
    for (const client of this.#clients) endClient(client);
  }

  #check(): void {
    this.#checkedAtMs = performance.now();
    const checking = this.#readSetups().then((setups) => this.#judge(setups));
    this.#checked = checking;
    // Whoever waits for it hears of it; a check whose caller has given up is not an unhandled rejection.
    checking.catch((error: unknown) => {
      // Redis went away before it told.
      if (!(error instanceof JobStoreError) && this.#checked === checking) this.#checked = undefined;
    });
  }

  async #readSetups(): Promise<readonly RedisSetup[]> {
    try {
      await assertReachable(this.#callers, { address: this.#address, probe: `${this.#prefix}:probe` });
      return await readSetups(this.#callers);
    } catch (error) {
      throw isRedisRefusal(error) ? createRefusal(error) : error;
    }
  }

  #judge(setups: readonly RedisSetup[]): void {
    const { durability, logger } = this.options;
    for (const setup of setups) assertDurable(setup, durability);
    if (durability === 'relaxed') return;
    this.#isWrittenLater = !setups.every(writesBeforeItAnswers);
    const advice = new Set(setups.flatMap(adviceFor));
    if (advice.size === 0 || this.#isWarned) return;
    this.#isWarned = true;
    logger.warn({ set: [...advice] }, 'this Redis may lose the latest jobs when its machine dies, or does not say so');
  }

  #client(use: RedisUse): RedisClient {
    const client = openRedis(this.#address, { use, tls: this.options.tls });
    client.on('error', (error) => {
      this.#reason = error;
      this.notice(error);
    });
    // Whatever is there now may be set up otherwise: it was started again, or is the successor of a master that failed.
    if (use === 'caller') client.on('close', () => (this.#checked = undefined));
    if (use === 'worker') client.on('ready', () => this.watch.answered());
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
