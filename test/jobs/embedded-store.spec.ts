import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { waitForExit, waitForLogLine, createProject, startTrunklineOnFullDisk } from '../trunkline-process';
import { waitUntil, type JobBus, startJobBus } from './job-bus';

jest.setTimeout(120_000);

@BusService({ name: 'work', input: 'key' })
class Work extends Service<{ key: string }> {
  handle() {
    return { did: this.request.input.key };
  }
}

const CHANNELS = `
channels:
  rest:
    now: { method: POST, path: /now, service: work }
    later: { method: POST, path: /later, service: work, async: true }
`;
const send = (bus: { readonly url: string }, path: string) =>
  sendRequest(`${bus.url}${path}`, createJsonRequest('POST', { key: 'a' }));
const start = (directory: string): Promise<JobBus> =>
  startJobBus(
    { jobs: { directory }, stop: async () => undefined },
    { services: [Work], config: { 'channels.yaml': CHANNELS } },
  );
const errorsIn = (bus: JobBus) => bus.readLog().filter(({ level }) => level === 'error');
const linesSayingBack = (bus: JobBus) =>
  bus.readLog().filter(({ msg }) => msg === 'the job store is available again').length;

/** Each attempt writes a draft of the lock. */
async function attemptsToLock(directory: string, count: number): Promise<void> {
  const drafts = new Set<string | null>();
  const watcher = watch(directory, (_, name) => name?.startsWith('lock.') && drafts.add(name));
  await waitUntil(() => drafts.size >= count || undefined);
  watcher.close();
}

describe('an embedded store', () => {
  let directory: string;
  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'trunkline-embedded-')), 'jobs');
  });
  afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

  it('is prepared while the bus starts, where a channel makes jobs', async () => {
    const bus = await start(directory);

    await waitUntil(() => existsSync(join(directory, 'data', 'PG_VERSION')) || undefined);

    const { status, body } = await send(bus, '/later');
    expect([status, (await bus.waitForJob(String(body['id']))).state]).toEqual([202, 'completed']);
    await bus.stop();
    expect(readdirSync(directory)).toEqual(['data']);
  });

  it('whose lock cannot be used is one error that names the file, until it can', async () => {
    const bus = await start(directory);
    await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);
    const lock = join(directory, 'lock');
    rmSync(lock);
    // ELOOP, as a disk that does not answer would be EIO.
    symlinkSync('lock', lock);
    await waitUntil(() => errorsIn(bus)[0]);

    const during = [await send(bus, '/now'), await send(bus, '/later')].map(({ status }) => status);
    rmSync(lock);
    await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);

    expect(during).toEqual([200, 503]);
    expect(errorsIn(bus)).toEqual([expect.objectContaining({ file: lock, msg: 'the job store cannot use a file' })]);
    await bus.stop();
  });

  it('takes its lock back after a fault that outlasts its attempts to, and says so only then', async () => {
    const bus = await start(directory);
    await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);
    const [lock, kept] = [join(directory, 'lock'), join(directory, '..', 'kept')];
    renameSync(lock, kept);
    symlinkSync('lock', lock);
    await waitUntil(() => errorsIn(bus)[0]);
    await attemptsToLock(directory, 3);

    const during = [await send(bus, '/now'), await send(bus, '/later')].map(({ status }) => status);
    const backDuring = linesSayingBack(bus);
    renameSync(kept, lock);
    await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);

    expect([during, backDuring]).toEqual([[200, 503], 0]);
    expect([errorsIn(bus).length, linesSayingBack(bus)]).toEqual([1, 1]);
    await bus.stop();
  });

  it('whose disk is full at start is one error that names the file, and leaves no draft of a lock', async () => {
    const project = createProject({
      'config/bus.yaml': 'bus: { services: [services], http: { port: 0 } }',
      'config/channels.yaml': CHANNELS,
      'services/work.service.js': `
        const { BusService, Service } = require('trunkline');
        module.exports = BusService({ name: 'work', input: 'key' })(class extends Service { handle() { return {}; } });`,
    });
    const child = startTrunklineOnFullDisk(project, ['start']);
    const [listening, failure] = await Promise.all([
      waitForLogLine(child, 'listening'),
      waitForLogLine(child, 'the job store cannot be opened'),
    ]);
    const bus = { url: String(listening['url']) };
    const end = waitForExit(child);

    const statuses = [await send(bus, '/now'), await send(bus, '/later')].map(({ status }) => status);
    child.kill('SIGTERM');
    await end;

    expect(statuses).toEqual([200, 503]);
    expect(failure).toMatchObject({ level: 'error', file: join(project, '.trunkline', 'jobs', 'lock') });
    expect(readdirSync(join(project, '.trunkline', 'jobs'))).toEqual([]);
    rmSync(project, { recursive: true });
  });
});
