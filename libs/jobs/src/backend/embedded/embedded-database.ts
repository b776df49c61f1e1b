import { ConnectionClosedError } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobStoreError } from '../job-store-error';
import type { PgNotification, PgQueryResult } from '../sql/pg-query-result';
import { SqlDatabase } from '../sql/sql-database';
import { OwnedDatabase } from './owned-database';
import type { JobsDirectory } from './jobs-directory';
import { isAlive, type LockHolder } from './lock-holder';
import { SocketDatabase } from './socket-database';

const RETRY_INTERVAL_MS = 100;
const RECONNECT_INTERVAL_MS = 500;
/** A command that has the directory is done by then, and a lock of another machine's has shown whether it is refreshed. */
const LOCK_TIMEOUT_MS = 12_000;
/** Whoever joins a store waits for its holder to make it. */
const JOIN_TIMEOUT_MS = 60_000;

/** How a process gets to the store of a directory. */
export interface EmbeddedDatabaseOptions {
  readonly directory: JobsDirectory;
  /** Work on a store that another process holds. */
  readonly join: boolean;
  /** Aborts the opening. */
  readonly signal?: AbortSignal;
}

/** The store of a directory, by whichever way there is: held by this process, or joined. When the way breaks, another is made. */
export class EmbeddedDatabase extends SqlDatabase {
  readonly #closing = new AbortController();
  readonly #listener = {
    onNotification: (notification: PgNotification) => this.emitNotification(notification),
    onDisconnect: (error: unknown) => this.#handleDisconnect(error),
  };
  readonly #signal: AbortSignal;
  #current: SqlDatabase | undefined;
  #reconnecting: Promise<void> | undefined;
  #disconnectReason: unknown;

  private constructor(private readonly options: EmbeddedDatabaseOptions) {
    super();
    this.#signal = AbortSignal.any([this.#closing.signal, ...(options.signal ? [options.signal] : [])]);
  }

  /** @throws {JobStoreError} when another process holds the directory and this one is not to join it */
  static async open(access: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
    const link = new EmbeddedDatabase(access);
    await link.#connect();
    return link;
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return this.getCurrent().query(text, params);
  }

  /** The open link. @throws {ConnectionClosedError} with the cause, while there is none */
  getCurrent(): SqlDatabase {
    if (!this.#current) throw new ConnectionClosedError(undefined, this.#disconnectReason);
    return this.#current;
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await this.#reconnecting;
    await this.#current?.close();
  }

  async #connect(): Promise<void> {
    const link = await this.#ownOrJoin();
    link.addListener(this.#listener);
    this.#current = link;
  }

  async #ownOrJoin(): Promise<SqlDatabase> {
    const startedAt = performance.now();
    for (;;) {
      const opened = await OwnedDatabase.open(this.options.directory, {
        isBrief: this.options.join,
        signal: this.#signal,
      });
      if (opened instanceof OwnedDatabase) return opened;
      const waitedMs = performance.now() - startedAt;
      const joined = opened && (await this.#join(opened, waitedMs));
      if (joined) return joined;
      await sleep(RETRY_INTERVAL_MS, undefined, { signal: this.#signal });
    }
  }

  /** The way through the holder; `undefined` while it may yet open or end. */
  async #join(holder: LockHolder, waitedMs: number): Promise<SqlDatabase | undefined> {
    if (!this.options.join) {
      const mayEnd = holder.isBrief || isAlive(holder) === undefined;
      if (!mayEnd || waitedMs > LOCK_TIMEOUT_MS) throw createHeldError(holder, this.options.directory);
      return undefined;
    }
    try {
      return await SocketDatabase.connect(holder.socket);
    } catch (cause) {
      if (waitedMs < JOIN_TIMEOUT_MS) return undefined;
      throw new JobStoreError(`${describeHolder(holder)} holds the job store and does not answer`, { cause });
    }
  }

  #handleDisconnect(error: unknown): void {
    const broken = this.#current;
    if (!broken || this.#closing.signal.aborted) return;
    this.#current = undefined;
    this.#disconnectReason = error;
    broken.removeListener(this.#listener);
    this.emitDisconnect(error);
    this.#reconnecting = this.#reconnect(broken);
  }

  async #reconnect(broken: SqlDatabase): Promise<void> {
    // What of it cannot be closed is on a disk that does not work, and is opened again when it does.
    await broken.close().catch(() => undefined);
    while (!this.#current && !this.#closing.signal.aborted) {
      try {
        await this.#connect();
        this.emitReconnect();
      } catch (error) {
        this.emitDisconnect(error);
        await sleep(RECONNECT_INTERVAL_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }
}

function createHeldError(holder: LockHolder, directory: JobsDirectory): JobStoreError {
  return new JobStoreError(
    `${describeHolder(holder)} works on the jobs in ${directory.path} since ${holder.since}: ` +
      'stop it, give this one another `jobs.directory`, or use redis:// or postgres://, which carry many processes',
  );
}

function describeHolder({ pid, host }: LockHolder): string {
  return `process ${pid} on ${host.split(' ')[0] ?? host}`;
}
