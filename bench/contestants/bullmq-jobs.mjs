// BullMQ with its defaults, in JOBS_BACKEND; with JOBS_ROLE `http` without a worker. Attempts and retention are those of the bus, except
// that PostgreSQL keeps jobs for their time alone: with a count, concurrent jobs deadlock.
import { createPostgresBackend, Queue, Worker } from 'bullmq';
import { runContestant } from '../contestant.mjs';
import { createJobTimer } from '../job-timer.mjs';

const { JOBS_BACKEND, JOBS_ROLE } = process.env;
const isRedis = JOBS_BACKEND.startsWith('redis');
const connection = isRedis ? { url: JOBS_BACKEND } : { connectionString: JOBS_BACKEND, max: 10, migrate: true };
const parts = isRedis ? [] : [createPostgresBackend];
const jobs = createJobTimer();

const queue = new Queue('bench-bare', { connection }, ...parts);
await queue.waitUntilReady();
if (JOBS_ROLE !== 'http') {
  const work = async (job) => {
    jobs.done();
    return { quantity: job.data.quantity };
  };
  await new Worker('bench-bare', work, { connection, concurrency: 20 }, ...parts).waitUntilReady();
}
const options = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: isRedis ? { age: 3_600, count: 1_000 } : { age: 3_600 },
  removeOnFail: { age: 14 * 24 * 3_600 },
};
const add = (input) => queue.add('work', input, options);

runContestant({
  microsPerAdd: (count) => jobs.microsPerAdd(add, count),
  microsPerJob: (count) => jobs.microsPerJob(add, count),
});
