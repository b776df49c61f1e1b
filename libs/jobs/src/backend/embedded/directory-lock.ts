import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { getErrorCode } from '@trunkline/failures';
import { StoreFileError } from './store-file-error';
import { isAlive, type LockHolder, parseLockHolder, describeThisProcess } from './lock-holder';

const REFRESH_INTERVAL_MS = 2_000;
/** A holder on another machine can only be observed by whether it refreshes its lock. */
const STALE_AFTER_MS = 10_000;
/**
 * Locks that this process released while their files could not be removed: file to content. Their process is alive, so they never
 * become stale. The process id does not identify them: a second store in this process has the same one.
 */
const UNRELEASED_LOCKS = new Map<string, string>();

/**
 * The lock of one process on a directory: a file that names its holder and is touched every two seconds.
 *
 * A lock whose process has ended, or that this process could not remove, is taken over at once. It is first moved aside: of several
 * processes that find it stale, the one that has moved exactly that lock continues.
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
   * Acquires the lock, or returns its holder; `undefined` if another process takes it at the same time.
   *
   * @param onLost - called once when the lock cannot be refreshed: the file was removed or taken over, or the file system fails
   * @throws {StoreFileError} when the file cannot be created
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

  /** Releases the lock. If its file cannot be removed, this process can acquire it again, and others once this process has ended. */
  release(): void {
    clearInterval(this.#refreshTimer);
    try {
      if (readLockFile(this.file) === this.content) rmSync(this.file, { force: true });
    } catch {
      // The caller of `onLost` has reported that the file cannot be used.
      UNRELEASED_LOCKS.set(this.file, this.content);
    }
  }

  /** @returns the reason if the lock is lost */
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

/** Creates the file under another name and links it, so that other processes never read a partial lock. */
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
    // On a read-only file system the file stays.
  }
}

function isStale(file: string, holder: LockHolder | undefined): boolean {
  const isHolderAlive = holder && isAlive(holder);
  return isHolderAlive === undefined ? readAgeMs(file) > STALE_AFTER_MS : !isHolderAlive;
}

/** @throws {StoreFileError} when the file cannot be moved */
function moveAside(file: string, staleContent: string): boolean {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    // Another process was faster.
    if (getErrorCode(error) === 'ENOENT') return false;
    throw new StoreFileError(file, error);
  }
  const isStaleLock = readLockFile(aside) === staleContent;
  if (!isStaleLock) restoreLockFile(aside, file);
  removeFile(aside);
  return isStaleLock;
}

function restoreLockFile(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } catch {
    // A third process has the lock now. The holder of the moved one detects it at its next refresh.
  }
}

/** @throws {StoreFileError} when the file exists and cannot be read */
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
