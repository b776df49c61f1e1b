import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { sendRequest } from './send-request';
import { waitForExit, createProject, startTrunkline, runTrunkline } from './trunkline-process';

const LIB = join(__dirname, '..', 'libs', 'bus');
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

  constructor(root: string, count: number) {
    this.child = startTrunkline(root, ['start', '--workers', String(count)]);
    let rest = '';
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#lines.push(JSON.parse(line) as Record<string, unknown>);
      this.child.emit('lines');
    });
  }

  /** Waits for so many lines with a message, and gives them. */
  async said(message: string, count = 1): Promise<Record<string, unknown>[]> {
    const found = () => this.#lines.filter(({ msg }) => String(msg).startsWith(message));
    while (found().length < count) await once(this.child, 'lines');
    return found();
  }
}

/** Clients that ask again and again on connections that they keep, until they are told to stop; every answer's status. */
function clients(url: string, count: number) {
  const statuses: unknown[] = [];
  const over = new AbortController();
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const one = () =>
    new Promise<unknown>((resolve) => {
      get(`${url}/who`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      }).on('error', resolve);
    });
  const loop = async () => {
    while (!over.signal.aborted) statuses.push(await one());
  };
  const loops = Array.from({ length: count }, loop);
  return {
    statuses,
    stop: async () => {
      over.abort();
      await Promise.all(loops);
      agent.destroy();
    },
  };
}

describe('A bus with workers', () => {
  let first: Record<string, unknown>[];
  let death: Record<string, unknown> | undefined;
  let all: Record<string, unknown>[];
  let statuses: Set<unknown>;
  let code: number | null;
  /** What one bus says that loses a worker, is told to replace them all, and then to end while clients ask. */
  beforeAll(async () => {
    const workers = new Workers(project('{ drain: 1s, grace: 5s }'), 2);
    const end = waitForExit(workers.child);
    first = await workers.said('listening', 2);
    const url = String(first[0]?.['url']);

    await sendRequest(`${url}/who?what=die`).catch(() => 'cut off');
    [death] = await workers.said('a worker has died');
    await workers.said('listening', 3);
    workers.child.kill('SIGHUP');
    all = await workers.said('listening', 5);
    await workers.said('ending; a second', 2);

    const load = clients(url, 8);
    while (load.statuses.length < 50) await new Promise((resolve) => setTimeout(resolve, 10));
    workers.child.kill('SIGTERM');
    await workers.said('ending; a second', 4);
    await load.stop();
    statuses = new Set(load.statuses);
    ({ code } = await end);
  }, 120_000);

  it('has them all on one port', () => {
    expect(new Set(first.map(({ url }) => url)).size).toBe(1);
    expect(new Set(first.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
  });

  it('replaces one that dies', () => {
    expect(death).toMatchObject({ exitCode: 3 });
    expect(new Set(all.slice(0, 3).map(({ pid }) => pid)).size).toBe(3);
  });

  it('replaces them one after the other on SIGHUP', () => {
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(5);
  });

  it('ends them all in order without failing a request', () => {
    expect(statuses).toEqual(new Set([200]));
    expect(code).toBe(0);
  });

  it('ends at once on a second signal', async () => {
    const workers = new Workers(project('{ drain: 1h }'), 2);
    await workers.said('listening', 2);
    const end = waitForExit(workers.child);

    workers.child.kill('SIGTERM');
    await workers.said('ending; a second', 2);
    workers.child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
  }, 60_000);

  it('says once what is wrong with the configuration, and ends with 78', async () => {
    const root = createProject({ 'config/bus.yaml': 'bus: { nmae: x }' });

    const end = await runTrunkline(root, ['start', '--workers', '2']);

    expect(end.code).toBe(78);
    expect(end.stderr.match(/nmae/g)).toHaveLength(1);
  });
});
