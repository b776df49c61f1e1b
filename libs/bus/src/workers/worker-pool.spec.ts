import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@trunkline/telemetry';
import { WorkerPool } from './worker-pool';

/** The smallest worker: it listens, and ends when it is told to. Its argument says what it does instead. */
const WORKER = `
const [what] = process.argv.slice(2);
if (what === 'fail') process.exit(78);
if (what === 'hang') setInterval(() => undefined, 1_000);
else require('node:net').createServer().listen(0, '127.0.0.1');
process.on('message', () => process.exit(what === 'late' ? 1 : 0));
`;

describe('A pool of workers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-workers-'));
  const logger = createLogger({ name: 'spec', level: 'silent', secrets: [] });
  let pool: WorkerPool;
  const start = (count: number, what = 'serve') => {
    pool = new WorkerPool({ count, args: [what], logger });
    return pool.run();
  };
  const up = async (count: number) => {
    for (let left = count; left > 0; left -= 1) await once(cluster, 'listening');
  };
  const alive = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  beforeAll(() => {
    const exec = join(directory, 'worker.js');
    writeFileSync(exec, WORKER);
    cluster.setupPrimary({ exec, execArgv: [], silent: true });
  });
  afterEach(() => pool.stop());
  afterAll(() => rmSync(directory, { recursive: true }));

  it('has as many as it is told, and has ended when they have', async () => {
    const code = start(2);
    await up(2);

    await pool.stop();

    await expect(code).resolves.toBe(0);
    expect(alive()).toHaveLength(0);
  });

  it('ends with the worst code of them', async () => {
    const code = start(1, 'late');
    await up(1);

    await pool.stop();

    await expect(code).resolves.toBe(1);
  });

  it('ends with the code of the first one when that does not come up, and starts no other', async () => {
    const forked = jest.fn();
    cluster.on('fork', forked);

    await expect(start(3, 'fail')).resolves.toBe(78);

    expect(forked).toHaveBeenCalledTimes(1);
    cluster.off('fork', forked);
  });

  it('does not wait for one that has not come up: that serves nobody', async () => {
    const code = start(2, 'hang');
    await once(cluster, 'online');

    await pool.stop();

    await expect(code).resolves.toBe(0);
  });

  it('replaces one that dies', async () => {
    void start(1);
    await up(1);
    const [first] = alive();

    first?.process.kill('SIGKILL');
    await up(1);

    expect(alive().map(({ id }) => id)).not.toContain(first?.id);
  });

  it('replaces them one by one: another is not ended before the new one listens', async () => {
    void start(2);
    await up(2);
    const before = alive().map(({ id }) => id);
    const counts: number[] = [];
    const count = () => counts.push(alive().length);
    cluster.on('fork', count);

    await pool.restartOneByOne();

    expect(counts).toEqual([2, 2]);
    expect(alive().filter(({ id }) => before.includes(id))).toHaveLength(0);
    cluster.off('fork', count);
  });

  it('starts nobody any more once it is ending', async () => {
    const code = start(1);
    await up(1);
    const [only] = alive();
    only?.process.kill('SIGKILL');
    if (only) await once(only, 'exit');

    await pool.stop();

    await expect(code).resolves.toBe(0);
    expect(alive()).toHaveLength(0);
  });
});
