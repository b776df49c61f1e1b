import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';
import { describeScenario, waitUntil } from './job-bus';
import { JobProject } from './job-project';
import { Producer } from './producer';
import { printFigures, chooseSize } from './soak';
import { measureTime } from './measure-time';

const CRASHES = chooseSize(2, 10);
const CLIENTS = chooseSize(4, 8);
/** After each answer: those who ask without end are a load of their own. */
const PAUSE_MS = 20;
const BETWEEN_MS = chooseSize(600, 2_000);
const DOWN_MS = chooseSize(600, 1_000);
const REFUSED_WITHIN_MS = 1_100;
const BACK_WITHIN_MS = 5_000;
/** A job whose end the store did not hear of is taken up again when its lock has run out. */
const DONE_WITHIN_MS = 120_000;

type Server = Pick<RedisServer, 'url' | 'kill' | 'restart' | 'stop'>;

/** What came of a host whose store crashed again and again. */
interface Outcome {
  readonly accepted: readonly string[];
  readonly done: ReadonlySet<string | undefined>;
  readonly refused: Producer['rejected'];
  readonly greetings: readonly { readonly status: number; readonly tookMs: number }[];
  readonly backAfterMs: readonly number[];
  readonly log: readonly string[];
  readonly minutes: number;
}

/** Has a host used, by channels with jobs and without, while its store crashes. */
async function crashAgainAndAgain(server: Server, project: JobProject): Promise<Outcome> {
  const startedAt = Date.now();
  const host = await project.start();
  const producer = new Producer(() => host.url, 1);
  await producer.submit(1);
  const over = new AbortController();
  const whileNotOver = async (work: () => Promise<unknown>) => {
    while (!over.signal.aborted) await work();
  };
  const greetings: Outcome['greetings'][number][] = [];
  const using = Promise.all([
    ...Array.from({ length: CLIENTS }, () => whileNotOver(() => producer.submitOne().then(() => sleep(PAUSE_MS)))),
    whileNotOver(async () => {
      const { result, tookMs } = await measureTime(() => fetch(`${host.url}/greet`));
      greetings.push({ status: result.status, tookMs });
      await sleep(10);
    }),
  ]);
  const backAfterMs: number[] = [];
  for (let crash = 0; crash < CRASHES; crash += 1) {
    await sleep(BETWEEN_MS);
    backAfterMs.push(await crashOnce(server, producer));
  }
  over.abort();
  await using;
  const accepted = [...producer.accepted.keys()];
  const done = () => new Set(project.readEntries('end').map(([, key]) => key));
  await waitUntil(() => accepted.every((key) => done().has(key)) || undefined, DONE_WITHIN_MS);
  const minutes = (Date.now() - startedAt) / 60_000;
  return { accepted, done: done(), refused: producer.rejected, greetings, backAfterMs, log: host.readLog(), minutes };
}

/** @returns how long the store was back before a job was accepted again */
async function crashOnce(server: Server, producer: Producer): Promise<number> {
  await server.kill();
  await sleep(DOWN_MS);
  await server.restart();
  const before = producer.accepted.size;
  const { tookMs } = await measureTime(() => waitUntil(() => producer.accepted.size > before || undefined));
  return Math.round(tookMs);
}

const slowest = (list: readonly { readonly tookMs: number }[]) => Math.max(...list.map(({ tookMs }) => tookMs));

describeScenario('a store of jobs that crashes again and again while it is used', {
  stores: ['redis', 'postgres'],
  execute: async (kind) => {
    // Where Redis writes before it answers, nothing is to be feared.
    const server = await (kind === 'redis' ? RedisServer.start('--appendfsync', 'everysec') : PostgresServer.start());
    const project = new JobProject({
      jobs: { backend: server.url, retention: { completedCount: 100_000 } },
      http: { port: 0, overload: 'off' },
    });
    try {
      return await crashAgainAndAgain(server, project);
    } finally {
      project.killAll();
      await server.stop();
    }
  },
  tests: (outcome, kind) => {
    it('has every job that was accepted, and they are done', async () => {
      const { accepted, done, refused, greetings, backAfterMs } = await outcome();

      printFigures({
        kind,
        accepted: accepted.length,
        refused: refused.length,
        refusedWithinMs: slowest(refused),
        backAfterMs,
      });
      printFigures({ greetings: greetings.length, slowestGreetingMs: slowest(greetings) });
      expect(accepted.filter((key) => !done.has(key))).toEqual([]);
      expect(accepted.length).toBeGreaterThan(CRASHES);
    }, 300_000);

    it('refuses with 503 in about a second what it cannot take', async () => {
      const { refused, greetings } = await outcome();

      expect(refused.filter(({ status, code }) => status !== 503 || code !== 'STORE_UNAVAILABLE')).toEqual([]);
      // What the machine itself was late with, everybody was.
      const lateMs = slowest(greetings);
      expect(refused.filter(({ tookMs }) => tookMs > REFUSED_WITHIN_MS + lateMs)).toEqual([]);
    });

    it('is one line a minute on the log', async () => {
      const { log, minutes } = await outcome();

      const lines = log.filter((line) => line.includes('"msg":"the job store does not respond"'));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(Math.ceil(minutes));
    });

    it('is not noticed by channels without jobs', async () => {
      const { greetings } = await outcome();

      expect(greetings.filter(({ status }) => status !== 200)).toEqual([]);
    });

    it('is used again within five seconds of its return', async () => {
      const { backAfterMs } = await outcome();

      expect(backAfterMs.filter((ms) => ms > BACK_WITHIN_MS)).toEqual([]);
    });
  },
});
