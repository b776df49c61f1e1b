import type { PgQueryResult } from '../sql/pg-query-result';
import { SqlDatabase } from '../sql/sql-database';
import { DirectoryLock } from './directory-lock';
import type { JobsDirectory } from './jobs-directory';
import type { LockHolder } from './lock-holder';
import { PgliteDatabase } from './pglite-database';
import { QueryServer } from './query-server';
import { toStoreFileError } from './store-file-error';

/** Options of {@link OwnedDatabase.open}. */
export interface OwnedDatabaseOptions {
  /** The holder ends soon, so that other processes may wait for it. */
  readonly isBrief: boolean;
  /** Aborts the opening. When it has rejected, nothing writes to the directory any more. */
  readonly signal: AbortSignal;
}

/** The store of a directory that this process has locked, and that other processes can join. */
export class OwnedDatabase extends SqlDatabase {
  #server: QueryServer | undefined;

  private constructor(
    private readonly database: PgliteDatabase,
    private readonly lock: DirectoryLock,
  ) {
    super();
    database.addListener({
      onNotification: (notification) => this.emitNotification(notification),
      onDisconnect: (error) => this.emitDisconnect(error),
    });
  }

  /** Locks the directory and opens its database, or returns the holder; `undefined` while the holder changes. */
  static async open(
    directory: JobsDirectory,
    { isBrief, signal }: OwnedDatabaseOptions,
  ): Promise<OwnedDatabase | LockHolder | undefined> {
    createDirectory(directory);
    const { socketPath } = directory;
    let database: OwnedDatabase | undefined;
    const lostLock = new AbortController();
    const onLost = (reason: Error): void => {
      lostLock.abort(reason);
      database?.emitDisconnect(reason);
    };
    const lock = DirectoryLock.acquire(directory.lockPath, { socket: socketPath, isBrief }, onLost);
    if (!(lock instanceof DirectoryLock)) return lock;
    try {
      database = new OwnedDatabase(await PgliteDatabase.open(directory.dataPath, signal), lock);
      database.#server = await QueryServer.listen(database, socketPath);
      // The database has no listener yet that `onLost` would notify.
      lostLock.signal.throwIfAborted();
      return database;
    } catch (error) {
      await database?.close().catch(() => undefined);
      lock.release();
      throw toStoreFileError(error, directory.dataPath);
    }
  }

  override query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return this.database.query(text, params);
  }

  /** Closes the database, then releases the lock, even if the socket cannot be removed. */
  override async close(): Promise<void> {
    try {
      await this.#server?.close();
    } finally {
      await this.database.close().finally(() => this.lock.release());
    }
  }
}

function createDirectory(directory: JobsDirectory): void {
  try {
    directory.create();
  } catch (error) {
    throw toStoreFileError(error, directory.path);
  }
}
