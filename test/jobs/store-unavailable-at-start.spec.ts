import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';
import { describeScenario, type JobBus, startJobBus } from './job-bus';
import { runs, Work } from './recorded-work';
import { measureTime, waitUntil } from '@trunkline/testing';

const MAX_REJECTION_MS = 1_100;
const MAX_RECOVERY_MS = 5_000;
const REQUESTS = 3;

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
/** A dedicated queue, whose first job takes several calls to the store. */
const DEDICATED_QUEUE = { services: { work: { concurrency: 2 } } };

/** Responses of a bus whose store was unavailable at its start. */
interface Outcome {
  readonly rejections: readonly { readonly status: number; readonly code: unknown; readonly tookMs: number }[];
  readonly greetings: readonly number[];
  readonly log: ReturnType<JobBus['readLog']>;
  readonly recoveryMs: number;
}

/** Starts a bus on an unavailable store, sends requests, and starts the store. */
async function startWithout(server: RedisServer | PostgresServer, how: string): Promise<Outcome> {
  await server.kill();
  const silent = how.includes('respond') ? await SilentPort.open(server.port) : undefined;
  const store = { jobs: { backend: server.url, ...DEDICATED_QUEUE }, stop: () => server.stop() };
  const bus = await startJobBus(store, { services: [Work, Greet], config: { 'channels.yaml': CHANNELS } });
  try {
    const submit = (key: string) => sendRequest(`${bus.url}/work`, createJsonRequest('POST', { key }));
    const rejections: Outcome['rejections'][number][] = [];
    const greetings: number[] = [];
    for (let i = 0; i < REQUESTS; i += 1) {
      const { result, tookMs } = await measureTime(() => submit('rejected'));
      rejections.push({ status: result.status, code: result.body['code'], tookMs });
      greetings.push((await sendRequest(`${bus.url}/greet`)).status);
    }
    await silent?.close();
    await server.restart();
    const { tookMs: recoveryMs } = await measureTime(async () => {
      await waitUntil(async () => (await submit(server.url)).status === 202 || undefined);
      await waitUntil(() => runs.includes(server.url) || undefined);
    });
    return { rejections, greetings, log: bus.readLog(), recoveryMs };
  } finally {
    await bus.stop();
  }
}

for (const how of ['refuses connections', 'accepts connections and does not respond']) {
  describeScenario(`a store of jobs that is unavailable when the bus starts and ${how}`, {
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
      it('affects neither the start nor channels without jobs', async () => {
        const { greetings } = await outcome();

        expect(greetings).toEqual([200, 200, 200]);
      }, 60_000);

      it('makes jobs fail with 503 within 1.1 s', async () => {
        const { rejections } = await outcome();

        expect(rejections.filter(({ status, code }) => status !== 503 || code !== 'STORE_UNAVAILABLE')).toEqual([]);
        expect(Math.max(...rejections.map(({ tookMs }) => tookMs))).toBeLessThan(MAX_REJECTION_MS);
      });

      it('is logged once', async () => {
        const { log } = await outcome();

        expect(log.filter(({ msg }) => msg === 'the job store does not respond')).toHaveLength(1);
      });

      it('is used within five seconds after its start', async () => {
        expect((await outcome()).recoveryMs).toBeLessThan(MAX_RECOVERY_MS);
      });
    },
  });
}

/** Accepts connections and does not respond, like a server that hangs. */
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
