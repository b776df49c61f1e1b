import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/run-command';
import { waitForLogLine, createProject, startTrunkline, runTrunkline } from '../process/trunkline-process';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { waitUntil } from '@trunkline/testing';

const SERVICES = `
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
const { BusService, Service } = require('trunkline');
const log = (line) => appendFileSync(join(__dirname, '..', 'runs.log'), line + '\\n');
exports.Work = BusService({ name: 'work' })(class extends Service {
  handle() {
    log('end ' + this.request.input.key);
  }
});
exports.Submit = BusService({ name: 'submit' })(class extends Service {
  async handle() { return this.invokeAsync('work', this.request.input); }
});
exports.Modules = BusService({ name: 'modules' })(class extends Service {
  async handle() { return Object.keys(require.cache).filter((file) => /node_modules.(bullmq|ioredis|pg|cron-parser|@electric-sql)./.test(file)); }
});
`;
const CHANNELS = `
channels:
  rest:
    submit: { method: POST, path: /work, service: submit }
    modules: { method: GET, path: /modules, service: modules }
`;

function project(bus: Readonly<Record<string, unknown>> = {}, files: Readonly<Record<string, string>> = {}): string {
  const settings = { services: ['services'], http: { port: 0 }, shutdown: { grace: '2s' }, ...bus };
  const root = createProject({
    'services/work.service.js': SERVICES,
    'config/bus.yaml': JSON.stringify({ bus: settings }),
    'config/channels.yaml': CHANNELS,
    ...files,
  });
  appendFileSync(join(root, 'runs.log'), '');
  return root;
}

const readRuns = (root: string) => readFileSync(join(root, 'runs.log'), 'utf8').split('\n').filter(Boolean);

async function running(root: string, args: readonly string[] = []): Promise<{ bus: ChildProcess; url: string }> {
  const bus = startTrunkline(root, ['start', ...args]);
  const { url } = await waitForLogLine(bus, 'listening');
  return { bus, url: String(url) };
}

async function stop(bus: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const exited = once(bus, 'exit');
  bus.kill(signal);
  await exited;
}

async function submit(url: string, input: object): Promise<string | undefined> {
  const response = await fetch(`${url}/work`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const { id } = (await response.json()) as { id?: string };
  return id;
}

describe('a bus without jobs', () => {
  it('loads neither BullMQ nor a database until a service submits a job', async () => {
    const root = project();
    const { bus, url } = await running(root);

    expect(await (await fetch(`${url}/modules`)).json()).toEqual([]);
    // Creating the store may take longer than the time limit of a request.
    await waitUntil(() => submit(url, { key: 'first' }));
    expect(await (await fetch(`${url}/modules`)).json()).not.toEqual([]);
    await waitUntil(() => readRuns(root).includes('end first') || undefined);
    await stop(bus);
  }, 60_000);
});

describe('an embedded store', () => {
  it('is rejected for hosts with a role', async () => {
    const { code, stderr } = await runTrunkline(project(), ['start', '--role', 'worker']);

    expect(code).toBe(78);
    expect(stderr).toContain('an embedded store belongs to one process');
  });
});

describe('the configuration of jobs', () => {
  it('is validated: existing services, cron or every, time zones', async () => {
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

    const { code, stderr } = await runCommand(root, ['check']);

    expect(code).toBe(78);
    for (const problem of [
      'config/bus.yaml:1:',
      'there is no service wrk, did you mean `work`?',
      'config/jobs.yaml:2:14  schedule.a.cron  minute `61`: expected 0 to 59',
      'config/jobs.yaml:3:28  schedule.b.service  there is no service wirk, did you mean `work`?',
      'config/jobs.yaml:4:3  schedule.c  expected either `cron` or `every`',
      'schedule.d.timezone  expected a time zone such as Europe/Stockholm',
      'topics.t.subscribers[1].service  there is no service wark, did you mean `work`?',
    ]) {
      expect(stderr).toContain(problem);
    }
  });
});

describeWithServer('redis', 'hosts on one Redis', () => {
  let server: RedisServer;

  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.stop());

  it('can be split into those that serve channels and those that run jobs', async () => {
    const root = project({ name: 'roles', jobs: { backend: server.url } });
    const http = await running(root, ['--role', 'http']);
    const id = await submit(http.url, { key: 'apart' });
    expect(readRuns(root)).toEqual([]);

    const worker = await running(root, ['--role', 'worker']);
    await waitUntil(() => readRuns(root).includes('end apart') || undefined);

    expect(id).toMatch(/^[0-9A-Z]{26}$/);
    expect((await fetch(`${worker.url}/work`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
    await Promise.all([stop(http.bus), stop(worker.bus)]);
  }, 60_000);
});
