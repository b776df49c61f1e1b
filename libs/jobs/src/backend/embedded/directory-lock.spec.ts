import { mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryLock } from './directory-lock';
import { StoreFileError } from './store-file-error';

const SEVERAL_RENEWALS_MS = 8_000;

describe('the lock of a directory', () => {
  let directory: string;
  let file: string;
  let lost: Error[];
  const take = () => {
    const socket = join(directory, 'socket');
    return DirectoryLock.acquire(file, { socket, isBrief: false }, (reason) => void lost.push(reason));
  };
  const taken = (): DirectoryLock => {
    const lock = take();
    if (!(lock instanceof DirectoryLock)) throw new Error(`the lock is held by ${JSON.stringify(lock)}`);
    return lock;
  };
  /** ELOOP, as a disk that does not work would be EIO. The lock itself is untouched. */
  const breakFile = () => {
    renameSync(file, join(directory, 'kept'));
    symlinkSync('lock', file);
  };
  const mendFile = () => renameSync(join(directory, 'kept'), file);
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

  it('is lost once, however many renewals fail', () => {
    const lock = taken();

    breakFile();
    jest.advanceTimersByTime(SEVERAL_RENEWALS_MS);

    expect(lost).toEqual([expect.objectContaining({ name: 'StoreFileError', code: 'ELOOP', file })]);
    lock.release();
  });

  it('is taken back by its process after a fault that was there when it was released', () => {
    const lock = taken();
    breakFile();
    jest.advanceTimersByTime(SEVERAL_RENEWALS_MS);
    lock.release();
    expect(take).toThrow(StoreFileError);

    mendFile();
    const again = taken();

    jest.advanceTimersByTime(SEVERAL_RENEWALS_MS);
    expect(lost).toHaveLength(1);
    again.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('stays with the store that has it, after a fault as well, where its process opens a second one', () => {
    const lock = taken();
    breakFile();
    lock.release();
    mendFile();
    const again = taken();

    expect(take()).toMatchObject({ pid: process.pid });
    again.release();
  });
});
