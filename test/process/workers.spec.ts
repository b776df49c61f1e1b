import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { waitUntil } from '@trunkline/testing';
import { sendRequest } from '../send-request';
import { waitForExit, createProject, startTrunkline, runTrunkline } from './trunkline-process';

const LIB = join(__dirname, '..', '..', 'libs', 'bus');
const service = `
const { BusService, Service } = require(${JSON.stringify(LIB)});
exports.Who = BusService({ name: 'who', input: '-what' })(
  class extends Service {
    async handle() {
      if (this.request.input.what === 'die') process.exit(3);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { pid: process.pid };
    }
  },
);
`;
const project = (shutdown: string) =>
  createProject({
    'services/who.service.js': service,
    'config/bus.yaml': `bus: { services: [services], http: { port: 0, requestTimeout: 60s }, shutdown: ${shutdown} }`,
    'config/channels.yaml': 'channels: { rest: { who: { method: GET, path: /who, service: who } } }',
  });

/** A bus with workers, and what it says. */
class Workers {
  readonly child: ChildProcess;
  readonly #lines: Record<string, unknown>[] = [];
  readonly #closed: Promise<unknown>;
  #isClosed = false;

  constructor(root: string, count: number) {
    this.child = startTrunkline(root, ['start', '--workers', String(count)]);
    this.#closed = once(this.child, 'close').then(() => (this.#isClosed = true));
    let rest = '';
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#lines.push(JSON.parse(line) as Record<string, unknown>);
      this.child.emit('lines');
    });
  }

  /** Waits for `count` lines with a message; fails when the process ends before. */
  async waitForLines(message: string, count = 1): Promise<Record<string, unknown>[]> {
    const found = () => this.#lines.filter(({ msg }) => String(msg).startsWith(message));
    while (found().length < count) {
      await Promise.race([once(this.child, 'lines'), this.#closed]);
      if (this.#isClosed && found().length < count) throw new Error(`the process ended before "${message}"`);
    }
    return found();
  }
}

/** Clients that send requests on kept connections until they are stopped, and the status of every response. */
function startClients(url: string, count: number) {
  const statuses: unknown[] = [];
  const stopping = new AbortController();
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const sendOne = () =>
    new Promise<unknown>((resolve) => {
      get(`${url}/who`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      }).on('error', resolve);
    });
  const loop = async () => {
    while (!stopping.signal.aborted) statuses.push(await sendOne());
  };
  const loops = Array.from({ length: count }, loop);
  return {
    statuses,
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
      agent.destroy();
    },
  };
}

describe('A bus with workers', () => {
  let first: Record<string, unknown>[];
  let crash: Record<string, unknown> | undefined;
  let all: Record<string, unknown>[];
  let statuses: Set<unknown>;
  let code: number | null;
  /** The log of one bus that loses a worker, restarts all workers, and shuts down under load. */
  beforeAll(async () => {
    const workers = new Workers(project('{ drain: 1s, grace: 5s }'), 2);
    const end = waitForExit(workers.child);
    first = await workers.waitForLines('listening', 2);
    const url = String(first[0]?.['url']);

    await sendRequest(`${url}/who?what=die`).catch(() => 'cut off');
    [crash] = await workers.waitForLines('worker crashed');
    await workers.waitForLines('listening', 3);
    workers.child.kill('SIGHUP');
    all = await workers.waitForLines('listening', 5);
    await workers.waitForLines('shutting down; a second', 2);

    const load = startClients(url, 8);
    await waitUntil(() => load.statuses.length >= 50);
    workers.child.kill('SIGTERM');
    await workers.waitForLines('shutting down; a second', 4);
    await load.stop();
    statuses = new Set(load.statuses);
    ({ code } = await end);
  }, 120_000);

  it('listens with all workers on one port', () => {
    expect(new Set(first.map(({ url }) => url)).size).toBe(1);
    expect(new Set(first.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
  });

  it('replaces a worker that crashes', () => {
    expect(crash).toMatchObject({ exitCode: 3 });
    expect(new Set(all.slice(0, 3).map(({ pid }) => pid)).size).toBe(3);
  });

  it('restarts the workers one by one on SIGHUP', () => {
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(5);
  });

  it('shuts all workers down without failing a request', () => {
    expect(statuses).toEqual(new Set([200]));
    expect(code).toBe(0);
  });

  it('exits at once on a second signal', async () => {
    const workers = new Workers(project('{ drain: 1h }'), 1);
    await workers.waitForLines('listening');
    const end = waitForExit(workers.child);

    workers.child.kill('SIGTERM');
    await workers.waitForLines('shutting down; a second');
    workers.child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
  }, 60_000);

  it('prints the problems of the configuration once, and exits with 78', async () => {
    const root = createProject({ 'config/bus.yaml': 'bus: { nmae: x }' });

    const end = await runTrunkline(root, ['start', '--workers', '2']);

    expect(end.code).toBe(78);
    expect(end.stderr.match(/nmae/g)).toHaveLength(1);
  });
});
