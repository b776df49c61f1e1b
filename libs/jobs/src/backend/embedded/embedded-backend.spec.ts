import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobProcess } from '../crash.fixture';
import { eventually, eventuallyDone } from '../eventually.fixture';
import { describeJobs } from '../job-backend.fixture';
import { JobStoreError } from '../job-store-error';
import { RecordingLogger } from '../recording-logger.fixture';
import { EmbeddedBackend } from './embedded-backend';
import { embeddedDirectory } from './embedded-directory.fixture';

const open = (directory: string, more = {}) =>
  EmbeddedBackend.open({ directory, logger: new RecordingLogger(), ...more });

jest.setTimeout(60_000);

describe('jobs in a directory', () => {
  describeJobs(async () => open(await embeddedDirectory()));
});

it('makes a store anew whose making was cut short', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-jobs-'));
  mkdirSync(join(directory, 'data.new'));
  writeFileSync(join(directory, 'data.new', 'PG_VERSION'), '18');

  const backend = await open(directory);

  await eventuallyDone(() => backend.call(() => backend.queue('load').add('x', {}, { jobId: 'kept' })));
  await backend.close();
  expect(readdirSync(directory).toSorted()).toEqual(['data']);
});

describe('jobs in the directory of another process', () => {
  let directory: string;
  let holder: JobProcess;
  beforeAll(async () => {
    directory = await embeddedDirectory();
    holder = new JobProcess({ backend: 'embedded', directory });
    await eventually(async () => holder.lines.includes('ready'));
  });
  afterAll(() => holder.end('SIGKILL'));

  it('are refused, saying who works on them since when and what to do', async () => {
    const opening = open(directory);

    await expect(opening).rejects.toThrow(JobStoreError);
    await expect(opening).rejects.toThrow(/^process \d+ on \S+ works on the jobs in .* since 2.*Z: stop it, /);
  });

  it('can be worked on by joining, and each side hears of the jobs of the other', async () => {
    const joined = await open(directory, { join: true });

    await eventuallyDone(() => joined.call(() => joined.queue('load').add('x', {}, { jobId: 'by-guest' })));

    await eventually(async () => holder.lines.includes('end by-guest'));
    await joined.close();
  });

  it('are reached through a socket that is for this user alone', () => {
    expect(statSync(join(directory, 'socket')).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('do not keep a guest waiting for more than a second when the holder hangs', async () => {
    const joined = await open(directory, { join: true });
    const queue = joined.queue('other');
    await eventuallyDone(() => joined.call(() => queue.count()));
    holder.signal('SIGSTOP');

    const add = joined.call(() => queue.add('x', {}));

    await expect(add).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    holder.signal('SIGCONT');
    await joined.close();
  });

  it('are taken over by a guest when the holder is killed', async () => {
    const joined = await open(directory, { join: true });
    const queue = joined.queue('other');
    await eventuallyDone(() => joined.call(() => queue.add('x', {}, { jobId: 'kept' })));
    const ran: (string | undefined)[] = [];
    joined.worker('other', async (job) => ran.push(job.id), { drainDelay: 3_600 });
    await eventually(async () => ran.includes('kept'));

    await holder.end('SIGKILL');
    await eventuallyDone(() => joined.call(() => queue.add('x', {}, { jobId: 'after' })));

    await eventually(async () => ran.includes('after'));
    expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await joined.close();
  });
});

describe('the lock of a directory', () => {
  it('is taken over when a process of another time has the number of its holder', async () => {
    const directory = await embeddedDirectory();
    const first = await open(directory);
    const lock = JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'));
    await first.close();
    writeFileSync(join(directory, 'lock'), JSON.stringify({ ...lock, startedAt: '1' }));

    const second = await open(directory);

    await second.close();
  });

  it('stays with a process that lives', async () => {
    const directory = await embeddedDirectory();
    const first = await open(directory);

    await expect(open(directory)).rejects.toThrow(JobStoreError);

    await first.close();
    await (await open(directory)).close();
  });

  it('has its socket among the temporary files when its own path is too long for one', async () => {
    const short = await embeddedDirectory();
    const directory = `${short}${'-a-name-that-is-long'.repeat(6)}`;
    renameSync(short, directory);
    const holder = await open(directory);
    const { socket } = JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'));

    const joined = await open(directory, { join: true });
    await eventuallyDone(() => joined.call(() => joined.queue('far').add('x', {}, { jobId: 'far-1' })));

    expect(Buffer.byteLength(socket)).toBeLessThan(108);
    expect(await holder.queue('far').getJobState('far-1')).toBe('waiting');
    await joined.close();
    await holder.close();
  });
});

it('a process that has closed its store ends', async () => {
  const child = new JobProcess({ backend: 'embedded', directory: await embeddedDirectory(), add: 5 });
  await eventually(async () => child.lines.filter((line) => line.startsWith('end')).length === 5);

  expect(await child.end('SIGTERM')).toBe(0);
});
