import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { BusService, Service } from 'trunkline';
import { ask, json } from '../answer';
import { describeWith } from '../servers/describe-with';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';
import { eventually, type JobBus, startJobBus } from './job-bus';
import { median, timed } from './timed';

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

const SERVERS: Readonly<Record<'redis' | 'postgres', () => Promise<RedisServer | PostgresServer>>> = {
  redis: () => RedisServer.start(),
  postgres: () => PostgresServer.start(),
};

for (const kind of ['redis', 'postgres'] as const) {
  describeWith(kind, `a store of jobs that is not there when the bus starts, on ${kind}`, () => {
    let server: RedisServer | PostgresServer;
    beforeAll(async () => {
      server = await SERVERS[kind]();
    }, 60_000);
    afterAll(() => server.stop());

    describe.each(['refuses connections', 'takes connections and is silent'])('and %s', (how) => {
      let silent: SilentPort | undefined;
      let bus: JobBus;
      let backInMs: number;
      const greetings: number[] = [];
      const refusals: { readonly status: number; readonly code: unknown; readonly tookMs: number }[] = [];

      const handIn = (key: string) => ask(`${bus.url}/work`, json('POST', { key }));

      beforeAll(async () => {
        await server.kill();
        if (how.includes('silent')) silent = await SilentPort.open(server.port);
        const store = { jobs: { backend: server.url, ...LANES }, stop: () => server.stop() };
        const parts = { services: [Work, Greet], config: { 'channels.yaml': CHANNELS } };
        bus = await startJobBus(store, parts);
        for (let i = 0; i < ASKED; i += 1) {
          const { brought, tookMs } = await timed(() => handIn('refused'));
          refusals.push({ status: brought.status, code: brought.body['code'], tookMs });
          greetings.push((await ask(`${bus.url}/greet`)).status);
        }
        await silent?.close();
        await server.restart();
        ({ tookMs: backInMs } = await timed(async () => {
          await eventually(async () => (await handIn(how)).status === 202 || undefined);
          await eventually(() => done.has(how) || undefined);
        }));
      }, 60_000);
      afterAll(() => bus?.stop());

      it('does not stop the start, and is not noticed by channels without jobs', () => {
        expect(greetings).toEqual(greetings.map(() => 200));
      });

      it('has jobs refused with 503 within 1.1 s', () => {
        expect(refusals.filter(({ status, code }) => status !== 503 || code !== 'STORE_UNAVAILABLE')).toEqual([]);
        expect(median(refusals.map(({ tookMs }) => tookMs))).toBeLessThan(REFUSED_WITHIN_MS);
      });

      it('is one line on the log', () => {
        expect(bus.log().filter(({ msg }) => msg === 'the job store does not answer')).toHaveLength(1);
      });

      it('is used within five seconds of its coming', () => {
        expect(backInMs).toBeLessThan(BACK_WITHIN_MS);
      });
    });
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
