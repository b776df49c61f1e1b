import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';
import { describeScenario } from './job-bus';
import { JobProject } from './job-project';
import { Producer } from './producer';
import { printFigures, chooseSize } from './soak';
import { measureTime, waitUntil } from '@trunkline/testing';

const CRASHES = chooseSize(2, 10);
const CLIENTS = chooseSize(4, 8);
/** Pause after each response, so that the clients do not overload the host. */
const PAUSE_MS = 20;
const BETWEEN_MS = chooseSize(600, 2_000);
const DOWN_MS = chooseSize(600, 1_000);
const MAX_REJECTION_MS = 1_100;
const MAX_RECOVERY_MS = 5_000;
/** A job whose result could not be stored runs again after its lock has expired. */
const COMPLETION_TIMEOUT_MS = 120_000;

type Server = Pick<RedisServer, 'url' | 'kill' | 'restart' | 'stop'>;

/** Responses and log of a host whose store crashed several times. */
interface Outcome {
  readonly accepted: readonly string[];
  readonly done: ReadonlySet<string | undefined>;
  readonly rejected: Producer['rejected'];
  readonly greetings: readonly { readonly status: number; readonly tookMs: number }[];
  readonly recoveryMs: readonly number[];
  readonly log: readonly string[];
  readonly minutes: number;
}

/** Sends requests with and without jobs to a host while its store crashes. */
async function crashRepeatedly(server: Server, project: JobProject): Promise<Outcome> {
  const startedAt = Date.now();
  const host = await project.start();
  const producer = new Producer(() => host.url, 1);
  await producer.submit(1);
  const stopping = new AbortController();
  const repeat = async (work: () => Promise<unknown>) => {
    while (!stopping.signal.aborted) await work();
  };
  const greetings: Outcome['greetings'][number][] = [];
  const clients = Promise.all([
    ...Array.from({ length: CLIENTS }, () => repeat(() => producer.submitOne().then(() => sleep(PAUSE_MS)))),
    repeat(async () => {
      const { result, tookMs } = await measureTime(() => fetch(`${host.url}/greet`));
      greetings.push({ status: result.status, tookMs });
      await sleep(10);
    }),
  ]);
  const recoveryMs: number[] = [];
  for (let crash = 0; crash < CRASHES; crash += 1) {
    await sleep(BETWEEN_MS);
    recoveryMs.push(await crashOnce(server, producer));
  }
  stopping.abort();
  await clients;
  const accepted = [...producer.accepted.keys()];
  const done = () => new Set(project.readEntries('end').map(([, key]) => key));
  await waitUntil(() => accepted.every((key) => done().has(key)) || undefined, { timeoutMs: COMPLETION_TIMEOUT_MS });
  const minutes = (Date.now() - startedAt) / 60_000;
  return { accepted, done: done(), rejected: producer.rejected, greetings, recoveryMs, log: host.readLog(), minutes };
}

/** @returns time from the restart of the store until a job is accepted */
async function crashOnce(server: Server, producer: Producer): Promise<number> {
  await server.kill();
  await sleep(DOWN_MS);
  await server.restart();
  const before = producer.accepted.size;
  const { tookMs } = await measureTime(() => waitUntil(() => producer.accepted.size > before || undefined));
  return Math.round(tookMs);
}

const slowest = (list: readonly { readonly tookMs: number }[]) => Math.max(...list.map(({ tookMs }) => tookMs));

describeScenario('a store of jobs that crashes several times under load', {
  stores: ['redis', 'postgres'],
  execute: async (kind) => {
    // With `appendfsync always` no acknowledged job can be lost.
    const server = await (kind === 'redis' ? RedisServer.start('--appendfsync', 'everysec') : PostgresServer.start());
    const project = new JobProject({
      jobs: { backend: server.url, retention: { completedCount: 100_000 } },
      http: { port: 0, overload: 'off' },
    });
    try {
      return await crashRepeatedly(server, project);
    } finally {
      project.killAll();
      await server.stop();
    }
  },
  tests: (outcome, kind) => {
    it('keeps every accepted job, and all of them run', async () => {
      const { accepted, done, rejected, greetings, recoveryMs } = await outcome();

      printFigures({
        kind,
        accepted: accepted.length,
        rejected: rejected.length,
        rejectedWithinMs: slowest(rejected),
        recoveryMs,
      });
      printFigures({ greetings: greetings.length, slowestGreetingMs: slowest(greetings) });
      expect(accepted.filter((key) => !done.has(key))).toEqual([]);
      expect(accepted.length).toBeGreaterThan(CRASHES);
    }, 300_000);

    it('rejects jobs with 503 in about a second while it is down', async () => {
      const { rejected, greetings } = await outcome();

      expect(rejected.filter(({ status, code }) => status !== 503 || code !== 'STORE_UNAVAILABLE')).toEqual([]);
      // A busy machine delays other requests as well.
      const lateMs = slowest(greetings);
      expect(rejected.filter(({ tookMs }) => tookMs > MAX_REJECTION_MS + lateMs)).toEqual([]);
    });

    it('is logged once a minute', async () => {
      const { log, minutes } = await outcome();

      const lines = log.filter((line) => line.includes('"msg":"the job store does not respond"'));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(Math.ceil(minutes));
    });

    it('does not affect channels without jobs', async () => {
      const { greetings } = await outcome();

      expect(greetings.filter(({ status }) => status !== 200)).toEqual([]);
    });

    it('is used again within five seconds after its restart', async () => {
      const { recoveryMs } = await outcome();

      expect(recoveryMs.filter((ms) => ms > MAX_RECOVERY_MS)).toEqual([]);
    });
  },
});
