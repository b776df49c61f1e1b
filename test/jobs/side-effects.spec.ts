import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { BusService, each, type JobReceipt, required, Service } from 'trunkline';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { type JobBus, startJobBus } from './job-bus';

/** An upstream that implements draft-ietf-httpapi-idempotency-key-header: it repeats the response for a known key. */
class Warehouse {
  readonly lines: string[] = [];
  /** Bodies of requests that fail the first time. */
  failing = new Set<string>();
  readonly keys: { readonly body: string; readonly key: string }[] = [];
  readonly #known = new Set<string>();
  readonly server: Server = createServer((request, response) => {
    void this.#answer(request).then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });

  async #answer(request: IncomingMessage): Promise<[number, unknown]> {
    if (request.method === 'GET') return [200, this.lines];
    const body = await text(request);
    const key = String(request.headers['idempotency-key']);
    this.keys.push({ body, key });
    if (this.failing.delete(body)) return [503, {}];
    if (!this.#known.has(key)) this.lines.push(body);
    this.#known.add(key);
    return [201, {}];
  }

  keysOf(body: string): string[] {
    return this.keys.filter((sent) => sent.body === body).map(({ key }) => key);
  }

  clear(): void {
    this.lines.length = 0;
    this.keys.length = 0;
    this.#known.clear();
    this.failing = new Set();
  }
}

const warehouse = new Warehouse();

abstract class Posting extends Service {
  protected get isFirst(): boolean {
    return this.request.job?.attempt === 1;
  }

  protected async post(body: unknown): Promise<void> {
    const response = await this.out.rest['Warehouse']?.post('/lines', { body });
    if (response?.status !== 201) throw new Error(`the warehouse answered ${response?.status}`);
  }
}

@BusService({ name: 'lines.missing' })
class PostMissing extends Posting {
  async handle() {
    const response = await this.out.rest['Warehouse']?.get('/lines');
    const there = ((response?.data ?? []) as string[]).map((line) => (JSON.parse(line) as { sku: string }).sku);
    for (const sku of ['A', 'B'].filter((wanted) => !there.includes(wanted))) await this.post({ sku });
  }
}

@BusService({ name: 'lines.parallel' })
class PostParallel extends Posting {
  async handle() {
    const skus = this.isFirst ? ['A', 'B'] : ['B', 'A'];
    await this.compose({ lines: each(skus, (sku) => required(PostOne, { sku })) });
  }
}

@BusService({ name: 'line.post' })
class PostOne extends Posting {
  handle() {
    return this.post(this.request.input);
  }
}

@BusService({ name: 'lines.reordered' })
class PostReordered extends Posting {
  async handle() {
    await this.post(this.isFirst ? { sku: 'A', of: { x: 1, y: 2 } } : { of: { y: 2, x: 1 }, sku: 'A' });
    if (this.isFirst) throw new Error('after the line was posted');
  }
}

@BusService({ name: 'lines.persistent' })
class PostPersistently extends Posting {
  async handle() {
    await this.post({ sku: 'A' }).catch(() => this.post({ sku: 'A' }));
    await this.post({ sku: 'A' });
  }
}

@BusService({ name: 'lines.stubborn' })
class PostStubbornly extends Posting {
  async handle() {
    await this.post({ sku: 'A' });
    await this.post({ sku: 'B' });
  }
}

@BusService({ name: 'compose' })
class Compose extends Service<unknown, JobReceipt> {
  handle() {
    return this.composeAsync({ lines: required(PostStubbornly, {}) }, { into: Finish, attempts: 1 });
  }
}

@BusService({ name: 'finish' })
class Finish extends Service {
  handle() {}
}

let submitted: string[] = [];

@BusService({ name: 'submit.both' })
class SubmitBoth extends Posting {
  async handle() {
    const message = async () => void (await this.publish('line.wanted', { sku: 'A' }));
    const job = async () => void submitted.push((await this.invokeAsync(Finish, { b: 1, a: 2 })).id);
    for (const work of this.isFirst ? [job, message] : [message, job]) await work();
    if (this.isFirst) throw new Error('after both were submitted');
  }
}

@BusService({ name: 'submit' })
class Submit extends Service<{ service: string; attempts?: number }, JobReceipt> {
  handle() {
    const { service, attempts = 2 } = this.request.input;
    return this.invokeAsyncDynamic(service, {}, { attempts });
  }
}

const SERVICES = [
  PostMissing,
  PostParallel,
  PostOne,
  PostReordered,
  PostPersistently,
  PostStubbornly,
  Compose,
  Finish,
  SubmitBoth,
  Submit,
];

describeWithServer('redis', 'the side effects of a retried job', () => {
  let redis: RedisServer;
  let bus: JobBus;

  beforeAll(async () => {
    redis = await RedisServer.start();
    warehouse.server.listen(0, '127.0.0.1');
    await once(warehouse.server, 'listening');
    const { port } = warehouse.server.address() as AddressInfo;
    const config = {
      'outgoing.yaml': `outgoing: { rest: { Warehouse: { url: 'http://127.0.0.1:${port}', retry: off } } }`,
      'topics.yaml': 'topics: { line.wanted: { subscribers: [{ service: finish }] } }',
    };
    bus = await startJobBus({ jobs: { backend: redis.url }, stop: () => redis.stop() }, { services: SERVICES, config });
  });
  beforeEach(() => warehouse.clear());
  afterAll(async () => {
    await bus?.stop();
    warehouse.server.close();
    warehouse.server.closeAllConnections();
    await redis?.stop();
  });

  const run = async (service: string, attempts?: number) => {
    const { id } = (await bus.bus.invoker.invoke(Submit, { service, attempts })) as JobReceipt;
    return bus.waitForJob(id);
  };

  it('have keys derived from what is sent: the key of one that a later attempt omits is not reused', async () => {
    warehouse.failing.add('{"sku":"B"}');

    expect(await run('lines.missing')).toMatchObject({ state: 'completed', attempts: 2 });

    expect(warehouse.lines).toEqual(['{"sku":"A"}', '{"sku":"B"}']);
    expect(new Set(warehouse.keysOf('{"sku":"B"}')).size).toBe(1);
  });

  it('keep their keys when parallel ones run in another order', async () => {
    warehouse.failing.add('{"sku":"B"}');

    expect(await run('lines.parallel')).toMatchObject({ state: 'completed', attempts: 2 });

    expect(warehouse.lines.toSorted()).toEqual(['{"sku":"A"}', '{"sku":"B"}']);
    for (const body of ['{"sku":"A"}', '{"sku":"B"}']) expect(new Set(warehouse.keysOf(body)).size).toBe(1);
  });

  it('keep their keys when the members of their bodies have another order', async () => {
    await run('lines.reordered');

    expect(new Set(warehouse.keys.map(({ key }) => key)).size).toBe(1);
    expect(warehouse.lines).toHaveLength(1);
  });

  it('keep their keys when the service itself retries them, while equal ones have different keys', async () => {
    warehouse.failing.add('{"sku":"A"}');

    expect(await run('lines.persistent')).toMatchObject({ state: 'completed', attempts: 1 });

    const [failed, repeated, next] = warehouse.keysOf('{"sku":"A"}');
    expect(repeated).toBe(failed);
    expect(next).not.toBe(failed);
    expect(warehouse.lines).toHaveLength(2);
  });

  it('keep their keys when the dead letter is retried', async () => {
    warehouse.failing.add('{"sku":"B"}');
    const { id, state } = await run('lines.stubborn', 1);

    await bus.jobs.deadLetters.retry(id);

    expect([state, (await bus.waitForJob(id)).state]).toEqual(['failed', 'completed']);
    expect(warehouse.lines).toEqual(['{"sku":"A"}', '{"sku":"B"}']);
  });

  it('keep their keys when a branch of a durable composite is retried, as another job', async () => {
    warehouse.failing.add('{"sku":"B"}');
    const { id } = (await bus.bus.invoker.invoke(Compose, {})) as JobReceipt;
    const { state } = await bus.waitForJob(id);

    await bus.jobs.deadLetters.retry(id);

    expect([state, (await bus.waitForJob(id)).state]).toEqual(['failed', 'completed']);
    expect(warehouse.lines).toEqual(['{"sku":"A"}', '{"sku":"B"}']);
  });

  it('are the same jobs in whichever order a job submits them', async () => {
    submitted = [];

    await run('submit.both');

    const [first, second] = submitted;
    expect(submitted).toHaveLength(2);
    expect(second).toBe(first);
  });
});
