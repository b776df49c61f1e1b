import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith } from '../servers/describe-with';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';
import { eventually } from './job-bus';
import { type JobHostProcess, JobProject } from './job-project';
import { Producer } from './producer';
import { report, sized } from './soak';

const CRASHES = sized(2, 10);
const CLIENTS = sized(4, 8);
/** After each answer: those who ask without end are a load of their own. */
const PAUSE_MS = 20;
const BETWEEN_MS = sized(600, 2_000);
const DOWN_MS = sized(600, 1_000);
const REFUSED_WITHIN_MS = 1_100;
const BACK_WITHIN_MS = 5_000;
/** A job whose end the store did not hear of is taken up again when its lock has run out. */
const DONE_WITHIN_MS = 120_000;

type Server = Pick<RedisServer, 'url' | 'kill' | 'restart' | 'stop'>;
const SERVERS: Readonly<Record<'redis' | 'postgres', () => Promise<Server>>> = {
  // Where it writes before it answers, nothing is to be feared.
  redis: () => RedisServer.start('--appendfsync', 'everysec'),
  postgres: () => PostgresServer.start(),
};

for (const kind of ['redis', 'postgres'] as const) {
  describeWith(kind, `a store of jobs that crashes again and again while it is used, on ${kind}`, () => {
    let server: Server;
    let project: JobProject;
    let host: JobHostProcess;
    let producer: Producer;
    const greetings: { readonly status: number; readonly tookMs: number }[] = [];
    const backAfterMs: number[] = [];
    const startedAt = Date.now();

    beforeAll(async () => {
      server = await SERVERS[kind]();
      project = new JobProject({
        jobs: { backend: server.url, retention: { completedCount: 100_000 } },
        http: { port: 0, overload: 'off' },
      });
      host = await project.start();
      producer = new Producer(() => host.url, 1);
      await producer.hand(1);
      const over = new AbortController();
      const whileNotOver = async (work: () => Promise<unknown>) => {
        while (!over.signal.aborted) await work();
      };
      const handing = Promise.all(
        Array.from({ length: CLIENTS }, () => whileNotOver(() => producer.one().then(() => sleep(PAUSE_MS)))),
      );
      const greeting = whileNotOver(async () => {
        const beganAt = performance.now();
        const { status } = await fetch(`${host.url}/greet`);
        greetings.push({ status, tookMs: performance.now() - beganAt });
        await sleep(10);
      });
      for (let crash = 0; crash < CRASHES; crash += 1) {
        await sleep(BETWEEN_MS);
        await server.kill();
        await sleep(DOWN_MS);
        await server.restart();
        const back = performance.now();
        const before = producer.accepted.size;
        await eventually(() => producer.accepted.size > before || undefined);
        backAfterMs.push(Math.round(performance.now() - back));
      }
      over.abort();
      await Promise.all([handing, greeting]);
    }, 300_000);
    afterAll(async () => {
      project.killAll();
      await server.stop();
    });

    it('has every job that was accepted, and they are done', async () => {
      const keys = [...producer.accepted.keys()];
      const done = () => new Set(project.said('end').map(([, key]) => key));
      await eventually(() => keys.every((key) => done().has(key)) || undefined, DONE_WITHIN_MS);

      const slowest = (list: readonly { readonly tookMs: number }[]) => Math.max(...list.map(({ tookMs }) => tookMs));
      const { refused } = producer;
      report({ kind, accepted: keys.length, refused: refused.length, refusedWithinMs: slowest(refused), backAfterMs });
      report({ greetings: greetings.length, slowestGreetingMs: slowest(greetings) });
      expect(keys.length).toBeGreaterThan(CRASHES);
    }, 130_000);

    it('refuses with 503 in about a second what it cannot take', () => {
      expect(producer.refused.filter(({ status, code }) => status !== 503 || code !== 'STORE_UNAVAILABLE')).toEqual([]);
      // What the machine itself was late with, everybody was.
      const lateMs = Math.max(...greetings.map(({ tookMs }) => tookMs));
      expect(producer.refused.filter(({ tookMs }) => tookMs > REFUSED_WITHIN_MS + lateMs)).toEqual([]);
    });

    it('is one line a minute on the log', () => {
      const lines = host.log().filter((line) => line.includes('"msg":"the job store does not answer"'));
      const minutes = (Date.now() - startedAt) / 60_000;
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(Math.ceil(minutes));
    });

    it('is not noticed by channels without jobs', () => {
      expect(greetings.filter(({ status }) => status !== 200)).toEqual([]);
    });

    it('is used again within five seconds of its return', () => {
      expect(backAfterMs.filter((ms) => ms > BACK_WITHIN_MS)).toEqual([]);
    });
  });
}
