import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';
import { describeScenario, waitUntil, type JobBus, startJobBus } from './job-bus';
import { calculateMedian, measureTime } from './measure-time';

const REFUSED_WITHIN_MS = 1_100;
const BACK_WITHIN_MS = 5_000;
const ASKED = 3;

const done = new Set<string>();

@BusService({ name: 'work' })
class Work extends Service<{ key: string }> {
  handle() {
    done.add(this.request.input.key);
  }
}

@BusService({ name: 'greet' })
class Greet extends Service {
  handle() {
    return 'hello';
  }
}

const CHANNELS = `
channels:
  rest:
    work: { method: POST, path: /work, service: work, async: true }
    greet: { method: GET, path: /greet, service: greet }
`;
/** With a lane of its own, whose first job takes several calls to the store. */
const LANES = { services: { work: { concurrency: 2 } } };

/** What a bus did whose store was away. */
interface Outcome {
  readonly refusals: readonly { readonly status: number; readonly code: unknown; readonly tookMs: number }[];
  readonly greetings: readonly number[];
  readonly log: ReturnType<JobBus['readLog']>;
  readonly backInMs: number;
}

/** Starts a bus on a store that is away, uses it, and brings the store. */
async function startWithout(server: RedisServer | PostgresServer, how: string): Promise<Outcome> {
  await server.kill();
  const silent = how.includes('silent') ? await SilentPort.open(server.port) : undefined;
  const store = { jobs: { backend: server.url, ...LANES }, stop: () => server.stop() };
  const bus = await startJobBus(store, { services: [Work, Greet], config: { 'channels.yaml': CHANNELS } });
  try {
    const handIn = (key: string) => sendRequest(`${bus.url}/work`, createJsonRequest('POST', { key }));
    const refusals: Outcome['refusals'][number][] = [];
    const greetings: number[] = [];
    for (let i = 0; i < ASKED; i += 1) {
      const { result, tookMs } = await measureTime(() => handIn('refused'));
      refusals.push({ status: result.status, code: result.body['code'], tookMs });
      greetings.push((await sendRequest(`${bus.url}/greet`)).status);
    }
    await silent?.close();
    await server.restart();
    const { tookMs: backInMs } = await measureTime(async () => {
      await waitUntil(async () => (await handIn(server.url)).status === 202 || undefined);
      await waitUntil(() => done.has(server.url) || undefined);
    });
    return { refusals, greetings, log: bus.readLog(), backInMs };
  } finally {
    await bus.stop();
  }
}

for (const how of ['refuses connections', 'takes connections and is silent']) {
  describeScenario(`a store of jobs that is not there when the bus starts and ${how}`, {
    stores: ['redis', 'postgres'],
    execute: async (kind) => {
      const server = await (kind === 'redis' ? RedisServer.start() : PostgresServer.start());
      try {
        return await startWithout(server, how);
      } finally {
        await server.stop();
      }
    },
    tests: (outcome) => {
      it('does not stop the start, and is not noticed by channels without jobs', async () => {
        const { greetings } = await outcome();

        expect(greetings).toEqual(greetings.map(() => 200));
      }, 60_000);

      it('has jobs refused with 503 within 1.1 s', async () => {
        const { refusals } = await outcome();

        expect(refusals.filter(({ status, code }) => status !== 503 || code !== 'STORE_UNAVAILABLE')).toEqual([]);
        expect(calculateMedian(refusals.map(({ tookMs }) => tookMs))).toBeLessThan(REFUSED_WITHIN_MS);
      });

      it('is one line on the log', async () => {
        const { log } = await outcome();

        expect(log.filter(({ msg }) => msg === 'the job store does not respond')).toHaveLength(1);
      });

      it('is used within five seconds of its coming', async () => {
        expect((await outcome()).backInMs).toBeLessThan(BACK_WITHIN_MS);
      });
    },
  });
}

/** Takes connections and says nothing, as a server does that hangs. */
class SilentPort {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => {
    this.#sockets.add(socket.on('error', () => undefined));
  });

  static async open(port: number): Promise<SilentPort> {
    const silent = new SilentPort();
    await once(silent.#server.listen(port, '127.0.0.1'), 'listening');
    return silent;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
