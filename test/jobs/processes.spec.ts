import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedDirectory } from '../../libs/jobs/src/backend/embedded/embedded-directory.fixture';
import { command } from '../command';
import { ended, lineOf, projectOf, startTrunkline, trunkline } from '../process';
import { describeWith } from '../servers/describe-with';
import { RedisServer } from '../servers/redis-server';
import { eventually } from './job-bus';

const SERVICES = `
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
const { BusService, Service } = require('trunkline');
const log = (line) => appendFileSync(join(__dirname, '..', 'runs.log'), line + '\\n');
exports.Work = BusService({ name: 'work' })(class extends Service {
  async handle() {
    const { key, fail, poison, ms = 0 } = this.request.input;
    log('begin ' + key + ' ' + this.request.job.attempt);
    if (poison) process.exit(9);
    if (fail) throw new Error('it fails');
    await new Promise((resolve) => setTimeout(resolve, ms));
    log('end ' + key);
  }
});
exports.HandIn = BusService({ name: 'hand-in' })(class extends Service {
  async handle() { return this.invokeAsync('work', this.request.input, { attempts: 2, backoff: { initial: 20 } }); }
});
exports.Modules = BusService({ name: 'modules' })(class extends Service {
  async handle() { return Object.keys(require.cache).filter((file) => /node_modules.(bullmq|ioredis|pg|cron-parser|@electric-sql)./.test(file)); }
});
`;
const CHANNELS = `
channels:
  rest:
    hand-in: { method: POST, path: /work, service: hand-in }
    modules: { method: GET, path: /modules, service: modules }
`;

function project(bus: Readonly<Record<string, unknown>> = {}, files: Readonly<Record<string, string>> = {}): string {
  const settings = { services: ['services'], http: { port: 0 }, shutdown: { grace: '2s' }, ...bus };
  const root = projectOf({
    'services/work.service.js': SERVICES,
    'config/bus.yaml': JSON.stringify({ bus: settings }),
    'config/channels.yaml': CHANNELS,
    ...files,
  });
  appendFileSync(join(root, 'runs.log'), '');
  return root;
}

const runsOf = (root: string) => readFileSync(join(root, 'runs.log'), 'utf8').split('\n').filter(Boolean);

async function running(root: string, args: readonly string[] = []): Promise<{ bus: ChildProcess; url: string }> {
  const bus = startTrunkline(root, ['start', ...args]);
  const { url } = await lineOf(bus, 'listening');
  return { bus, url: String(url) };
}

async function stop(bus: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const exited = once(bus, 'exit');
  bus.kill(signal);
  await exited;
}

async function handIn(url: string, input: object): Promise<string> {
  const response = await fetch(`${url}/work`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

describe('a bus without jobs', () => {
  it('loads neither BullMQ nor a database until a service makes one', async () => {
    const root = project();
    const { bus, url } = await running(root);

    expect(await (await fetch(`${url}/modules`)).json()).toEqual([]);
    await handIn(url, { key: 'first' });
    expect(await (await fetch(`${url}/modules`)).json()).not.toEqual([]);
    await eventually(() => runsOf(root).includes('end first') || undefined);
    await stop(bus);
  }, 60_000);
});

describe('an embedded store', () => {
  it('has the jobs of a process that was killed, for the next one', async () => {
    const root = project({ jobs: { directory: await embeddedDirectory() } });
    const first = await running(root);
    await handIn(first.url, { key: 'long', ms: 60_000 });
    await eventually(() => runsOf(root).includes('begin long 1') || undefined);
    const ids = await Promise.all(['a', 'b', 'c'].map((key) => handIn(first.url, { key, ms: 100 })));
    await stop(first.bus, 'SIGKILL');

    const second = await running(root);
    await eventually(() => ['a', 'b', 'c'].every((key) => runsOf(root).includes(`end ${key}`)) || undefined);
    await stop(second.bus, 'SIGKILL');

    expect(ids).toHaveLength(3);
  }, 90_000);

  it('is listed, shown, retried and dropped from the command line, beside the bus that holds it', async () => {
    const root = project({ jobs: { directory: await embeddedDirectory() } });
    const { bus, url } = await running(root);
    const id = await handIn(url, { key: 'bad', fail: true });
    const list = async () => JSON.parse((await command(root, ['dead-letters', 'list', '--json'])).stdout) as unknown[];
    await eventually(() => runsOf(root).includes('begin bad 2') || undefined);
    const [letter] = await eventually(async () => {
      const letters = await list();
      return letters.length > 0 ? letters : undefined;
    });

    expect(letter).toMatchObject({
      id,
      service: 'work',
      attempts: 2,
      input: { key: 'bad', fail: true },
      failure: { code: 'INTERNAL_ERROR', causes: ['Error: it fails'] },
      history: [{ attempt: 1 }, { attempt: 2 }],
    });
    expect((await command(root, ['dead-letters', 'retry', id])).stdout).toBe(`${id} retried\n`);
    await eventually(() => runsOf(root).filter((line) => line.startsWith('begin bad')).length === 4 || undefined);
    await eventually(async () => (await list()).length > 0 || undefined);
    expect((await command(root, ['dead-letters', 'drop', id])).code).toBe(0);
    expect(await list()).toEqual([]);
    const gone = await command(root, ['dead-letters', 'show', id]);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining(`there is no dead letter ${id}`) });
    await stop(bus);
  }, 90_000);

  it('is not for hosts that do a part of the work', async () => {
    const { code, stderr } = await trunkline(project(), ['start', '--role', 'worker']);

    expect(code).toBe(78);
    expect(stderr).toContain('an embedded store belongs to one process');
  });
});

describe('the configuration of jobs', () => {
  it('is checked: services that there are, cron or every, time zones', async () => {
    const root = project(
      { jobs: { services: { wrk: { concurrency: 1 } } } },
      {
        'config/jobs.yaml': [
          'schedule:',
          "  a: { cron: '61 * * * *', service: work }",
          '  b: { every: 1s, service: wirk }',
          "  c: { cron: '0 2 * * *', every: 1s, service: work }",
          "  d: { cron: '0 2 * * *', timezone: Mars/X, service: work }",
          'topics:',
          '  t: { subscribers: [{ service: work }, { service: wark }] }',
        ].join('\n'),
      },
    );

    const { code, stderr } = await command(root, ['check']);

    expect(code).toBe(78);
    for (const problem of [
      'config/bus.yaml:1:',
      'there is no service wrk, did you mean `work`?',
      'config/jobs.yaml:2:14  schedule.a.cron  expected five fields',
      'config/jobs.yaml:3:28  schedule.b.service  there is no service wirk, did you mean `work`?',
      'config/jobs.yaml:4:3  schedule.c  expected either `cron` or `every`',
      'schedule.d.timezone  expected a time zone such as Europe/Stockholm',
      'topics.t.subscribers[1].service  there is no service wark, did you mean `work`?',
    ]) {
      expect(stderr).toContain(problem);
    }
  });
});

describeWith('redis', 'hosts on one Redis', () => {
  let server: RedisServer;

  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.stop());

  it('can be those that answer channels and those that run jobs', async () => {
    const root = project({ name: 'roles', jobs: { backend: server.url } });
    const http = await running(root, ['--role', 'http']);
    const id = await handIn(http.url, { key: 'apart' });
    expect(runsOf(root)).toEqual([]);

    const worker = await running(root, ['--role', 'worker']);
    await eventually(() => runsOf(root).includes('end apart') || undefined);

    expect(id).toMatch(/^[0-9A-Z]{26}$/);
    expect((await fetch(`${worker.url}/work`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
    await Promise.all([stop(http.bus), stop(worker.bus)]);
  }, 60_000);

  it('give up a job that ends its process after its attempts, and run the others', async () => {
    const root = project({ name: 'poison', jobs: { backend: server.url } });
    let host = startTrunkline(root, ['start']);
    const { url } = await lineOf(host, 'listening');
    const id = await handIn(String(url), { key: 'poison', poison: true });
    expect((await ended(host)).code).toBe(9);
    host = startTrunkline(root, ['start']);
    expect((await ended(host)).code).toBe(9);

    const last = await running(root);
    await handIn(last.url, { key: 'good' });
    await eventually(() => runsOf(root).includes('end good') || undefined);
    const shown = await eventually(async () => {
      const found = await command(root, ['dead-letters', 'show', id, '--json']);
      return found.code === 0 ? found : undefined;
    });

    expect(JSON.parse(shown.stdout)).toMatchObject({ id, failure: { code: 'INTERNAL_ERROR', kind: 'internal' } });
    expect(runsOf(root).filter((line) => line.startsWith('begin poison'))).toEqual([
      'begin poison 1',
      'begin poison 2',
    ]);
    await stop(last.bus);
  }, 120_000);
});
