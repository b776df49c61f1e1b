import type { PgQueryResult } from '../sql/pg-shapes';
import { SqlLink } from '../sql/sql-link';
import { DirectoryLock } from './directory-lock';
import type { JobsDirectory } from './jobs-directory';
import type { LockHolder } from './lock-holder';
import { PgliteLink } from './pglite-link';
import { QueryServer } from './query-server';
import { asFileError } from './store-file-error';

/** How {@link HeldLink.open} takes a directory. */
export interface HoldOptions {
  /** The holder ends soon by itself, and others may wait for that. */
  readonly isBrief: boolean;
  /** Aborts the opening: nothing writes to the directory once it has rejected. */
  readonly signal: AbortSignal;
}

/** The store of a directory that this process has the lock of, open to others who join. */
export class HeldLink extends SqlLink {
  #server: QueryServer | undefined;

  private constructor(
    private readonly database: PgliteLink,
    private readonly lock: DirectoryLock,
  ) {
    super();
    database.listen({
      notified: (notification) => this.tellNotified(notification),
      lost: (error) => this.tellLost(error),
    });
  }

  /** Takes the directory and opens its database, or says who has it; `undefined` while that is changing. */
  static async open(
    directory: JobsDirectory,
    { isBrief, signal }: HoldOptions,
  ): Promise<HeldLink | LockHolder | undefined> {
    makeDirectory(directory);
    const { socket } = directory;
    let link: HeldLink | undefined;
    const lostLock = new AbortController();
    const onLost = (reason: Error): void => {
      lostLock.abort(reason);
      link?.tellLost(reason);
    };
    const lock = DirectoryLock.take(directory.lock, { socket, isBrief }, onLost);
    if (!(lock instanceof DirectoryLock)) return lock;
    try {
      link = new HeldLink(await PgliteLink.open(directory.data, signal), lock);
      link.#server = await QueryServer.listen(link, socket);
      // The link has no listener yet.
      lostLock.signal.throwIfAborted();
      return link;
    } catch (error) {
      await link?.close().catch(() => undefined);
      lock.release();
      throw asFileError(error, directory.data);
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

function makeDirectory(directory: JobsDirectory): void {
  try {
    directory.make();
  } catch (error) {
    throw asFileError(error, directory.path);
  }
}
