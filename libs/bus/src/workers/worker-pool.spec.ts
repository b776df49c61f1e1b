import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@trunkline/telemetry';
import { WorkerPool } from './worker-pool';

/** A minimal worker: it listens, and exits on a message. Its argument selects another behaviour. */
const WORKER = `
const [behaviour] = process.argv.slice(2);
if (behaviour === 'fail') process.exit(78);
if (behaviour === 'hang') setInterval(() => undefined, 1_000);
else require('node:net').createServer().listen(0, '127.0.0.1');
process.on('message', () => process.exit(behaviour === 'late' ? 1 : 0));
`;

describe('A pool of workers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-workers-'));
  const logger = createLogger({ name: 'spec', level: 'silent', secrets: [] });
  let pool: WorkerPool;
  const start = (count: number, behaviour = 'serve') => {
    pool = new WorkerPool({ count, args: [behaviour], logger });
    return pool.run();
  };
  const waitForListening = async (count: number) => {
    for (let remaining = count; remaining > 0; remaining -= 1) await once(cluster, 'listening');
  };
  const listWorkers = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  beforeAll(() => {
    const exec = join(directory, 'worker.js');
    writeFileSync(exec, WORKER);
    cluster.setupPrimary({ exec, execArgv: [], silent: true });
  });
  afterEach(() => pool.stop());
  afterAll(() => rmSync(directory, { recursive: true }));

  it('starts `count` workers, and ends when they have exited', async () => {
    const code = start(2);
    await waitForListening(2);

    await pool.stop();

    await expect(code).resolves.toBe(0);
    expect(listWorkers()).toHaveLength(0);
  });

  it('ends with the highest exit code of the workers', async () => {
    const code = start(1, 'late');
    await waitForListening(1);

    await pool.stop();

    await expect(code).resolves.toBe(1);
  });

  it('ends with the exit code of the first worker when that does not start, and starts no other', async () => {
    const forked = jest.fn();
    cluster.on('fork', forked);

    await expect(start(3, 'fail')).resolves.toBe(78);

    expect(forked).toHaveBeenCalledTimes(1);
    cluster.off('fork', forked);
  });

  it('stops a worker that is still starting at once', async () => {
    const code = start(2, 'hang');
    await once(cluster, 'online');

    await pool.stop();

    await expect(code).resolves.toBe(0);
  });

  it('replaces a worker that crashes', async () => {
    void start(1);
    await waitForListening(1);
    const [first] = listWorkers();

    first?.process.kill('SIGKILL');
    await waitForListening(1);

    expect(listWorkers().map(({ id }) => id)).not.toContain(first?.id);
  });

  it('restarts workers one by one: the next one stops when the new one listens', async () => {
    void start(2);
    await waitForListening(2);
    const before = listWorkers().map(({ id }) => id);
    const counts: number[] = [];
    const count = () => counts.push(listWorkers().length);
    cluster.on('fork', count);

    await pool.restartOneByOne();

    expect(counts).toEqual([2, 2]);
    expect(listWorkers().filter(({ id }) => before.includes(id))).toHaveLength(0);
    cluster.off('fork', count);
  });

  it('starts no worker while it shuts down', async () => {
    const code = start(1);
    await waitForListening(1);
    const [only] = listWorkers();
    only?.process.kill('SIGKILL');
    if (only) await once(only, 'exit');

    await pool.stop();

    await expect(code).resolves.toBe(0);
    expect(listWorkers()).toHaveLength(0);
  });
});
