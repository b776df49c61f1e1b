import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { waitForExit, waitForLogLine, createProject, startTrunklineOnFullDisk } from '../process/trunkline-process';
import { waitUntil } from '@trunkline/testing';
import { type JobBus, startJobBus } from './job-bus';

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
const listErrors = (bus: JobBus) => bus.readLog().filter(({ level }) => level === 'error');
const countRecoveries = (bus: JobBus) =>
  bus.readLog().filter(({ msg }) => msg === 'the job store is available again').length;

/** Each attempt to acquire the lock writes a draft of it. */
async function waitForLockAttempts(directory: string, count: number): Promise<void> {
  const drafts = new Set<string | null>();
  const watcher = watch(directory, (_, name) => name?.startsWith('lock.') && drafts.add(name));
  await waitUntil(() => drafts.size >= count || undefined);
  watcher.close();
}

describe('an embedded store', () => {
  const roots: string[] = [];
  const createDirectory = () => {
    const root = mkdtempSync(join(tmpdir(), 'trunkline-embedded-'));
    roots.push(root);
    return join(root, 'jobs');
  };
  afterAll(() => {
    for (const root of roots) rmSync(root, { recursive: true, force: true });
  });

  // Each test mostly waits for the refresh of its lock, so they run concurrently.
  it.concurrent('is created while the bus starts, if a channel submits jobs', async () => {
    const directory = createDirectory();
    const bus = await start(directory);

    await waitUntil(() => existsSync(join(directory, 'data', 'PG_VERSION')) || undefined);

    const { status, body } = await send(bus, '/later');
    expect([status, (await bus.waitForJob(String(body['id']))).state]).toEqual([202, 'completed']);
    await bus.stop();
    // On a busy machine, the store closes after the bus has stopped waiting for it.
    await waitUntil(() => readdirSync(directory).join() === 'data' || undefined);
  });

  it.concurrent('logs one error that names the file when its lock fails, until it works again', async () => {
    const directory = createDirectory();
    const bus = await start(directory);
    await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);
    const lock = join(directory, 'lock');
    rmSync(lock);
    // ELOOP, as a broken disk would cause EIO.
    symlinkSync('lock', lock);
    await waitUntil(() => listErrors(bus)[0]);

    const during = [await send(bus, '/now'), await send(bus, '/later')].map(({ status }) => status);
    rmSync(lock);
    await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);

    expect(during).toEqual([200, 503]);
    expect(listErrors(bus)).toEqual([expect.objectContaining({ file: lock, msg: 'the job store cannot use a file' })]);
    await bus.stop();
  });

  it.concurrent(
    'acquires its lock again after a fault that outlasts several attempts, and logs that once',
    async () => {
      const directory = createDirectory();
      const bus = await start(directory);
      await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);
      const [lock, kept] = [join(directory, 'lock'), join(directory, '..', 'kept')];
      renameSync(lock, kept);
      symlinkSync('lock', lock);
      await waitUntil(() => listErrors(bus)[0]);
      await waitForLockAttempts(directory, 3);

      const during = [await send(bus, '/now'), await send(bus, '/later')].map(({ status }) => status);
      const recoveriesDuring = countRecoveries(bus);
      renameSync(kept, lock);
      await waitUntil(async () => (await send(bus, '/later')).status === 202 || undefined);

      expect([during, recoveriesDuring]).toEqual([[200, 503], 0]);
      expect([listErrors(bus).length, countRecoveries(bus)]).toEqual([1, 1]);
      await bus.stop();
    },
  );

  it.concurrent(
    'logs one error that names the file when the disk is full at start, and leaves no draft of its lock',
    async () => {
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
    },
  );
});
