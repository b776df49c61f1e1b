/**
 * A process with a store and a worker, for tests that kill it: `node job-process.fixture.cjs '{"backend":…,"directory":…}'`.
 *
 * It runs the jobs of the queue `load` and prints a line for each start and end. With `add` it first adds that number of jobs; with
 * `join` it joins the store of another process.
 */
const { join } = require('node:path');
const { writeSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { openBackend } = require(join(__dirname, '..', '..', 'dist', 'backend', 'open-backend.js'));

const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger, isLevelEnabled: () => false };
const { add = 0, concurrency = 10, ...options } = JSON.parse(process.argv[2]);
const print = (line) => writeSync(1, `${line}\n`);

void main();

async function main() {
  const backend = await openBackend({
    durability: 'strict',
    prefix: '{trunkline}',
    schema: 'trunkline_jobs',
    logger,
    directory: '',
    ...options,
  });
  const queue = backend.createQueue('load');
  const jobs = Array.from({ length: add }, (_, i) => ({
    name: 'job',
    data: {},
    opts: { jobId: `job-${i}`, attempts: 3 },
  }));
  if (add > 0) await queue.addBulk(jobs);
  print('ready');
  backend.createWorker('load', run, { concurrency, lockDuration: 1_000, stalledInterval: 500, maxStalledCount: 100 });
  process.once('SIGTERM', () => void backend.close());
}

async function run(job) {
  print(`start ${job.id}`);
  await sleep(20);
  print(`end ${job.id}`);
}
