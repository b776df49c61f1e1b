import type { PgQueryResult } from '../sql/pg-query-result';
import { SqlDatabase } from '../sql/sql-database';
import { DirectoryLock } from './directory-lock';
import type { JobsDirectory } from './jobs-directory';
import type { LockHolder } from './lock-holder';
import { PgliteDatabase } from './pglite-database';
import { QueryServer } from './query-server';
import { toStoreFileError } from './store-file-error';

/** How {@link OwnedDatabase.open} takes a directory. */
export interface OwnedDatabaseOptions {
  /** The holder ends soon by itself, and others may wait for that. */
  readonly isBrief: boolean;
  /** Aborts the opening: nothing writes to the directory once it has rejected. */
  readonly signal: AbortSignal;
}

/** The store of a directory that this process has the lock of, open to others who join. */
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

  /** Takes the directory and opens its database, or says who has it; `undefined` while that is changing. */
  static async open(
    directory: JobsDirectory,
    { isBrief, signal }: OwnedDatabaseOptions,
  ): Promise<OwnedDatabase | LockHolder | undefined> {
    createDirectory(directory);
    const { socketPath } = directory;
    let link: OwnedDatabase | undefined;
    const lostLock = new AbortController();
    const onLost = (reason: Error): void => {
      lostLock.abort(reason);
      link?.emitDisconnect(reason);
    };
    const lock = DirectoryLock.acquire(directory.lockPath, { socket: socketPath, isBrief }, onLost);
    if (!(lock instanceof DirectoryLock)) return lock;
    try {
      link = new OwnedDatabase(await PgliteDatabase.open(directory.dataPath, signal), lock);
      link.#server = await QueryServer.listen(link, socketPath);
      // The link has no listener yet.
      lostLock.signal.throwIfAborted();
      return link;
    } catch (error) {
      await link?.close().catch(() => undefined);
      lock.release();
      throw toStoreFileError(error, directory.dataPath);
    }
  }

  override query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return this.database.query(text, params);
  }

  /** The lock is released last, and only after the database is closed, even where the socket cannot be removed. */
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
