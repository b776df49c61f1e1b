import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { ask } from './answer';
import { ended, projectOf, startTrunkline, trunkline } from './process';

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
const project = () =>
  projectOf({
    'services/who.service.js': service,
    'config/bus.yaml':
      'bus: { services: [services], http: { port: 0, requestTimeout: 60s }, shutdown: { drain: 1s, grace: 5s } }',
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
  let workers: Workers;
  const start = async (root = project()) => {
    workers = new Workers(root, 2);
    const lines = await workers.said('listening', 2);
    return { url: String(lines[0]?.['url']), lines };
  };
  afterEach(async () => {
    if (workers.child.exitCode !== null) return;
    workers.child.kill('SIGTERM');
    workers.child.kill('SIGTERM');
    await once(workers.child, 'exit');
  });

  it('has them all on one port, and ends them all in order without failing a request', async () => {
    const { url, lines } = await start();
    expect(new Set(lines.map((line) => line['url'])).size).toBe(1);
    expect(new Set(lines.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
    const load = clients(url, 8);
    while (load.statuses.length < 50) await new Promise((resolve) => setTimeout(resolve, 10));
    const end = ended(workers.child);

    workers.child.kill('SIGTERM');
    await workers.said('ending; a second', 2);
    await load.stop();

    await expect(end).resolves.toMatchObject({ code: 0 });
    expect(new Set(load.statuses)).toEqual(new Set([200]));
  }, 60_000);

  it('replaces one that dies, and one after the other on SIGHUP', async () => {
    const { url, lines } = await start();

    await ask(`${url}/who?what=die`).catch(() => 'cut off');
    const [death] = await workers.said('a worker has died');
    await workers.said('listening', 3);
    workers.child.kill('SIGHUP');
    const all = await workers.said('listening', 5);

    expect(death).toMatchObject({ exitCode: 3 });
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(5);
    expect(lines.map(({ pid }) => pid)).not.toContain(all.at(-1)?.['pid']);
    await expect(ask(`${url}/who`)).resolves.toMatchObject({ status: 200 });
  }, 60_000);

  it('ends at once on a second signal', async () => {
    const root = project();
    writeFileSync(
      join(root, 'config/bus.yaml'),
      'bus: { services: [services], http: { port: 0 }, shutdown: { drain: 1h } }',
    );
    await start(root);
    const end = ended(workers.child);

    workers.child.kill('SIGTERM');
    await workers.said('ending; a second', 2);
    workers.child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
  }, 60_000);

  it('says once what is wrong with the configuration, and ends with 78', async () => {
    const { code, stderr } = await trunkline(projectOf({ 'config/bus.yaml': 'bus: { nmae: x }' }), [
      'start',
      '--workers',
      '2',
    ]);

    expect(code).toBe(78);
    expect(stderr.match(/nmae/g)).toHaveLength(1);
  });
});
