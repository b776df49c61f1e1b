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
/** Longer than a command holds the directory, and than it takes to see whether a lock of another machine is refreshed. */
const LOCK_TIMEOUT_MS = 12_000;
/** How long a process that joins waits for the holder to create the store. */
const JOIN_TIMEOUT_MS = 60_000;

/** How a process accesses the store of a directory. */
export interface EmbeddedDatabaseOptions {
  readonly directory: JobsDirectory;
  /** Work on a store that another process holds. */
  readonly join: boolean;
  /** Aborts the opening. */
  readonly signal?: AbortSignal;
}

/** The store of a directory: owned by this process, or joined. After a lost connection, it is opened again either way. */
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

  /** Opens or joins the store. @throws {JobStoreError} when another process holds the directory and `join` is false */
  static async open(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
    const database = new EmbeddedDatabase(options);
    await database.#connect();
    return database;
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return this.getCurrent().query(text, params);
  }

  /** Returns the open database. @throws {ConnectionClosedError} with the cause, while there is none */
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
    const database = await this.#ownOrJoin();
    database.addListener(this.#listener);
    this.#current = database;
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

  /** Joins the store of its holder; `undefined` while the holder may still open it, or end. */
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
      throw new JobStoreError(`${describeHolder(holder)} holds the job store and does not respond`, { cause });
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
    // It may fail to close because of a disk error; it is opened again once the disk works.
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
    `${describeHolder(holder)} has held the jobs in ${directory.path} since ${holder.since}: ` +
      'stop it, use another `bus.jobs.directory`, or use redis:// or postgres://, which serve many processes',
  );
}

function describeHolder({ pid, host }: LockHolder): string {
  return `process ${pid} on ${host.split(' ')[0] ?? host}`;
}
