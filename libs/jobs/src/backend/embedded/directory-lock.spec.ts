import { mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryLock } from './directory-lock';
import { StoreFileError } from './store-file-error';

const SEVERAL_REFRESHES_MS = 8_000;

describe('the lock of a directory', () => {
  let directory: string;
  let file: string;
  let lost: Error[];
  const acquire = () => {
    const socket = join(directory, 'socket');
    return DirectoryLock.acquire(file, { socket, isBrief: false }, (reason) => void lost.push(reason));
  };
  const acquireLock = (): DirectoryLock => {
    const lock = acquire();
    if (!(lock instanceof DirectoryLock)) throw new Error(`the lock is held by ${JSON.stringify(lock)}`);
    return lock;
  };
  /** Causes ELOOP, as a broken disk would cause EIO. The lock file itself stays unchanged. */
  const breakFile = () => {
    renameSync(file, join(directory, 'kept'));
    symlinkSync('lock', file);
  };
  const repairFile = () => renameSync(join(directory, 'kept'), file);
  beforeEach(() => {
    jest.useFakeTimers();
    directory = mkdtempSync(join(tmpdir(), 'trunkline-lock-'));
    file = join(directory, 'lock');
    lost = [];
  });
  afterEach(() => {
    jest.useRealTimers();
    rmSync(directory, { recursive: true });
  });

  it('is reported as lost once, however many refreshes fail', () => {
    const lock = acquireLock();

    breakFile();
    jest.advanceTimersByTime(SEVERAL_REFRESHES_MS);

    expect(lost).toEqual([expect.objectContaining({ name: 'StoreFileError', code: 'ELOOP', file })]);
    lock.release();
  });

  it('can be acquired again by its process after a fault that prevented its removal', () => {
    const lock = acquireLock();
    breakFile();
    jest.advanceTimersByTime(SEVERAL_REFRESHES_MS);
    lock.release();
    expect(acquire).toThrow(StoreFileError);

    repairFile();
    const second = acquireLock();

    jest.advanceTimersByTime(SEVERAL_REFRESHES_MS);
    expect(lost).toHaveLength(1);
    second.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not acquired by a second store of the same process, even after a fault', () => {
    const lock = acquireLock();
    breakFile();
    lock.release();
    repairFile();
    const second = acquireLock();

    expect(acquire()).toMatchObject({ pid: process.pid });
    second.release();
  });
});
