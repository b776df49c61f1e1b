import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { getErrorCode } from '@trunkline/failures';
import { StoreFileError } from './store-file-error';
import { isAlive, type LockHolder, parseLockHolder, describeThisProcess } from './lock-holder';

const REFRESH_INTERVAL_MS = 2_000;
/** Of a holder on another machine all one can see is whether it refreshes its lock. */
const STALE_AFTER_MS = 10_000;
/**
 * Locks that this process gave up while their files could not be removed: file to content. Their process is alive, so that they would
 * never become stale. The process id alone does not tell: a second store in this process, or in another thread of it, has the same one.
 */
const UNRELEASED_LOCKS = new Map<string, string>();

/**
 * The right of one process to a directory: a file made with `O_EXCL` that says who has it, and is touched every two seconds.
 *
 * A lock whose process is no more, or that this process could not remove, is taken over at once. It is moved aside first, and only whoever finds the lock it judged in
 * what it moved goes on, so that of two that find it stale one has it.
 */
export class DirectoryLock {
  readonly #refreshTimer: NodeJS.Timeout;

  private constructor(
    private readonly file: string,
    private readonly content: string,
    onLost: (reason: Error) => void,
  ) {
    this.#refreshTimer = setInterval(() => {
      const reason = this.#refresh();
      if (!reason) return;
      clearInterval(this.#refreshTimer);
      onLost(reason);
    }, REFRESH_INTERVAL_MS);
    this.#refreshTimer.unref();
  }

  /**
   * Takes the lock, or says who has it.
   *
   * @param onLost - called once when the lock cannot be refreshed: somebody removed the file or took this process for dead, or the
   *   system does not let it be used
   * @throws {StoreFileError} when the system does not let the file be made
   */
  static acquire(
    file: string,
    facts: Pick<LockHolder, 'socket' | 'isBrief'>,
    onLost: (reason: Error) => void,
  ): DirectoryLock | LockHolder | undefined {
    const text = JSON.stringify(describeThisProcess(facts));
    if (createLockFile(file, text)) return new DirectoryLock(file, text, onLost);
    const found = readLockFile(file);
    if (found === undefined) return undefined;
    const holder = parseLockHolder(found);
    if (found !== UNRELEASED_LOCKS.get(file) && !isStale(file, holder)) return holder;
    if (!moveAside(file, found)) return undefined;
    UNRELEASED_LOCKS.delete(file);
    if (holder) removeFile(holder.socket);
    return createLockFile(file, text) ? new DirectoryLock(file, text, onLost) : undefined;
  }

  /** Gives the directory free. A lock that cannot be removed is taken over by this process, or by any other once this one has ended. */
  release(): void {
    clearInterval(this.#refreshTimer);
    try {
      if (readLockFile(this.file) === this.content) rmSync(this.file, { force: true });
    } catch {
      // The caller of `onLost` has reported that the file cannot be used.
      UNRELEASED_LOCKS.set(this.file, this.content);
    }
  }

  /** @returns why the lock is this process's no more */
  #refresh(): Error | undefined {
    try {
      if (readLockFile(this.file) !== this.content)
        return new Error('another process has taken the directory of the job store');
      const now = new Date();
      utimesSync(this.file, now, now);
      return undefined;
    } catch (error) {
      return error instanceof StoreFileError ? error : new StoreFileError(this.file, error);
    }
  }
}

/** Written aside and linked into place, so that no one ever reads half a lock. */
function createLockFile(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (getErrorCode(error) === 'EEXIST') return false;
    throw new StoreFileError(file, error);
  } finally {
    removeFile(draft);
  }
}

function removeFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A file system that has become read-only keeps it.
  }
}

function isStale(file: string, holder: LockHolder | undefined): boolean {
  const isLiving = holder && isAlive(holder);
  return isLiving === undefined ? readAgeMs(file) > STALE_AFTER_MS : !isLiving;
}

/** @throws {StoreFileError} when the system does not let the file be moved */
function moveAside(file: string, judged: string): boolean {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    // Another process was faster.
    if (getErrorCode(error) === 'ENOENT') return false;
    throw new StoreFileError(file, error);
  }
  const isTheOne = readLockFile(aside) === judged;
  if (!isTheOne) restoreLockFile(aside, file);
  removeFile(aside);
  return isTheOne;
}

function restoreLockFile(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } catch {
    // A third process has taken the place. The one this lock was of finds out when it refreshes.
  }
}

/** @throws {StoreFileError} when there is a file that cannot be read */
function readLockFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT') return undefined;
    throw new StoreFileError(file, error);
  }
}

function readAgeMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
