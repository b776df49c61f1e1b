import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { errorCode } from '../error-code';
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
    onLost: () => void,
  ) {
    this.#refreshing = setInterval(() => {
      if (!this.#refresh()) onLost();
    }, REFRESH_EVERY_MS);
    this.#refreshing.unref();
  }

  /**
   * Takes the lock, or says who has it.
   *
   * @param onLost - called when the lock turns out to be another's: somebody removed the file, or took this process for dead
   */
  static take(
    file: string,
    facts: Pick<LockHolder, 'socket' | 'isBrief'>,
    onLost: () => void,
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

  release(): void {
    clearInterval(this.#refreshing);
    if (read(this.file) === this.text) rmSync(this.file, { force: true });
  }

  #refresh(): boolean {
    if (read(this.file) !== this.text) {
      clearInterval(this.#refreshing);
      return false;
    }
    const now = new Date();
    utimesSync(this.file, now, now);
    return true;
  }
}

/** Written aside and linked into place, so that no one ever reads half a lock. */
function create(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
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

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
