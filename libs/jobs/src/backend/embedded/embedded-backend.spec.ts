import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KillableJobProcess } from '../killable-job-process.fixture';
import { retryUntilSuccess } from '../retry-until-success.fixture';
import { describeJobBackendContract } from '../job-backend.fixture';
import { JobStoreError } from '../job-store-error';
import { RecordingLogger, waitUntil } from '@trunkline/testing';
import { EmbeddedBackend } from './embedded-backend';
import { createEmbeddedDirectory } from './embedded-directory.fixture';
import type { LockHolder } from './lock-holder';

const open = (directory: string, more = {}) =>
  EmbeddedBackend.open({ directory, logger: new RecordingLogger(), ...more });

jest.setTimeout(60_000);

describe('jobs in a directory whose first opening was aborted', () => {
  let directory: string;
  let filesAfterAbort: readonly string[];
  describeJobBackendContract(async () => {
    directory = mkdtempSync(join(tmpdir(), 'trunkline-jobs-'));
    const closing = new AbortController();
    const opening = open(directory, { signal: closing.signal });
    await waitUntil(async () => existsSync(join(directory, 'data', 'base')));
    closing.abort();
    await expect(opening).rejects.toMatchObject({ name: 'ConnectionClosedError' });
    filesAfterAbort = readdirSync(directory);
    return open(directory);
  });

  it('are in a store that was created again', () => {
    expect(filesAfterAbort).toContain('data.new');
    expect(readdirSync(directory).filter((name) => name.startsWith('data'))).toEqual(['data']);
  });
});

describe('jobs in the directory of another process', () => {
  let directory: string;
  let holder: KillableJobProcess;
  beforeAll(async () => {
    directory = await createEmbeddedDirectory();
    holder = new KillableJobProcess({ backend: 'embedded', directory });
    await waitUntil(async () => holder.lines.includes('ready'));
  });
  afterAll(() => holder.terminate('SIGKILL'));

  it('are rejected, naming the process that holds them and what to do', async () => {
    const opening = open(directory);

    await expect(opening).rejects.toThrow(JobStoreError);
    await expect(opening).rejects.toThrow(/^process \d+ on \S+ has held the jobs in .* since 2.*Z: stop it, /);
  });

  it('can be shared by joining, and each process runs the jobs of the other', async () => {
    const joined = await open(directory, { join: true });

    await retryUntilSuccess(() => joined.call(() => joined.createQueue('load').add('x', {}, { jobId: 'joined' })));

    await waitUntil(async () => holder.lines.includes('end joined'));
    await joined.close();
  });

  it('are reached through a socket that only this user can open', () => {
    expect(statSync(join(directory, 'socket')).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('are unavailable within a second to a process that has joined when the holder hangs', async () => {
    const joined = await open(directory, { join: true });
    const queue = joined.createQueue('other');
    await retryUntilSuccess(() => joined.call(() => queue.count()));
    holder.sendSignal('SIGSTOP');

    const add = joined.call(() => queue.add('x', {}));

    await expect(add).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    holder.sendSignal('SIGCONT');
    await joined.close();
  });

  it('are taken over by a process that has joined when the holder is killed', async () => {
    const joined = await open(directory, { join: true });
    const queue = joined.createQueue('other');
    await retryUntilSuccess(() => joined.call(() => queue.add('x', {}, { jobId: 'kept' })));
    const ran: (string | undefined)[] = [];
    joined.createWorker('other', async (job) => ran.push(job.id), { drainDelay: 3_600 });
    await waitUntil(async () => ran.includes('kept'));

    await holder.terminate('SIGKILL');
    await retryUntilSuccess(() => joined.call(() => queue.add('x', {}, { jobId: 'after' })));

    await waitUntil(async () => ran.includes('after'));
    expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await joined.close();
  });
});

describe('the lock of a directory', () => {
  const logger = new RecordingLogger();
  let directory: string;
  let holder: EmbeddedBackend;
  const readLock = (path: string) => JSON.parse(readFileSync(join(path, 'lock'), 'utf8')) as LockHolder;
  beforeAll(async () => {
    const short = await createEmbeddedDirectory();
    directory = `${short}${'-a-name-that-is-long'.repeat(6)}`;
    renameSync(short, directory);
    holder = await open(directory, { logger });
  });
  afterAll(() => holder.close());

  it('is taken over when another process has the process id of its former holder', async () => {
    const abandoned = await createEmbeddedDirectory();
    writeFileSync(join(abandoned, 'lock'), JSON.stringify({ ...readLock(directory), socket: '', startedAt: '1' }));

    const newHolder = await open(abandoned);

    expect(readLock(abandoned).startedAt).toBe(readLock(directory).startedAt);
    await newHolder.close();
    expect(readdirSync(abandoned)).not.toContain('lock');
  });

  it('is not taken from a running process', async () => {
    await expect(open(directory)).rejects.toThrow(JobStoreError);
  });

  it('has its socket in the temporary directory when the path of the directory is too long', async () => {
    const joined = await open(directory, { join: true });
    await retryUntilSuccess(() => joined.call(() => joined.createQueue('far').add('x', {}, { jobId: 'far-1' })));

    expect(Buffer.byteLength(readLock(directory).socket)).toBeLessThan(108);
    expect(await holder.createQueue('far').getJobState('far-1')).toBe('waiting');
    await joined.close();
  });

  it('makes the store reject every call when its file fails, and not be reported as available', async () => {
    const lock = join(directory, 'lock');
    rmSync(lock);
    symlinkSync('lock', lock);
    await waitUntil(async () => logger.lines.includes('error: the job store cannot use a file'));

    await expect(holder.call(() => holder.readClock())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    expect(logger.lines).not.toContain('info: the job store is available again');
  });
});

it('a process ends after it has closed its store', async () => {
  const child = new KillableJobProcess({ backend: 'embedded', directory: await createEmbeddedDirectory(), add: 5 });
  await waitUntil(async () => child.lines.filter((line) => line.startsWith('end')).length === 5);

  expect(await child.terminate('SIGTERM')).toBe(0);
});
