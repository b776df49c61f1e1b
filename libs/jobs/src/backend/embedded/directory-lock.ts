import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { errorCode } from '../error-code';
import { StoreFileError } from './store-file-error';
import { isAlive, type LockHolder, parseHolder, thisProcess } from './lock-holder';

const REFRESH_EVERY_MS = 2_000;
/** Of a holder on another machine all one can see is whether it refreshes its lock. */
const STALE_AFTER_MS = 10_000;

/**
 * The right of one process to a directory: a file made with `O_EXCL` that says who has it, and is touched every two seconds.
 *
 * A lock whose process is no more is taken over at once. It is moved aside first, and only whoever finds the lock it judged in
 * what it moved goes on, so that of two that find it stale one has it.
 */
export class DirectoryLock {
  readonly #refreshing: NodeJS.Timeout;

  private constructor(
    private readonly file: string,
    private readonly text: string,
    onLost: (reason: Error) => void,
  ) {
    this.#refreshing = setInterval(() => {
      const reason = this.#refresh();
      if (!reason) return;
      clearInterval(this.#refreshing);
      onLost(reason);
    }, REFRESH_EVERY_MS);
    this.#refreshing.unref();
  }

  /**
   * Takes the lock, or says who has it.
   *
   * @param onLost - called once when the lock cannot be refreshed: somebody removed the file or took this process for dead, or the
   *   system does not let it be used
   * @throws {StoreFileError} when the system does not let the file be made
   */
  static take(
    file: string,
    facts: Pick<LockHolder, 'socket' | 'isBrief'>,
    onLost: (reason: Error) => void,
  ): DirectoryLock | LockHolder | undefined {
    const text = JSON.stringify(thisProcess(facts));
    if (create(file, text)) return new DirectoryLock(file, text, onLost);
    const found = read(file);
    if (found === undefined) return undefined;
    const holder = parseHolder(found);
    if (!isStale(file, holder)) return holder;
    if (holder) rmSync(holder.socket, { force: true });
    return moveAside(file, found) && create(file, text) ? new DirectoryLock(file, text, onLost) : undefined;
  }

  /** Gives the directory free. A lock that cannot be removed is taken over by the next one, once this process has ended. */
  release(): void {
    clearInterval(this.#refreshing);
    try {
      if (read(this.file) === this.text) rmSync(this.file, { force: true });
    } catch {
      // The system does not let the file be used, which whoever works on the store has been told.
    }
  }

  /** @returns why the lock is this process's no more */
  #refresh(): Error | undefined {
    try {
      if (read(this.file) !== this.text) return new Error('another process has taken the directory of the job store');
      const now = new Date();
      utimesSync(this.file, now, now);
      return undefined;
    } catch (error) {
      return error instanceof StoreFileError ? error : new StoreFileError(this.file, error);
    }
  }
}

/** Written aside and linked into place, so that no one ever reads half a lock. */
function create(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw new StoreFileError(file, error);
  } finally {
    remove(draft);
  }
}

function remove(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // A file system that has become read-only keeps it.
  }
}

function isStale(file: string, holder: LockHolder | undefined): boolean {
  const isLiving = holder && isAlive(holder);
  return isLiving === undefined ? ageMs(file) > STALE_AFTER_MS : !isLiving;
}

function moveAside(file: string, judged: string): boolean {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    // Another process was faster.
    return false;
  }
  const isTheOne = read(aside) === judged;
  if (!isTheOne) giveBack(aside, file);
  rmSync(aside, { force: true });
  return isTheOne;
}

function giveBack(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } catch {
    // A third process has taken the place. The one this lock was of finds out when it refreshes.
  }
}

/** @throws {StoreFileError} when there is a file that cannot be read */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new StoreFileError(file, error);
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
