import { setTimeout as sleep } from 'node:timers/promises';
import { ask, json } from '../answer';
import { trunkline } from '../process';
import { describeWith } from '../servers/describe-with';
import { RedisServer } from '../servers/redis-server';
import { describeOnEveryStore, eventually, type JobStoreOfTest } from './job-bus';
import { type JobHostProcess, JobProject } from './job-project';

/** Jobs of a host that is gone, or does nothing for them, are taken up again within two seconds. */
const QUICK = { lock: '1s', backoff: { initial: '20ms', max: '100ms' } };

interface Letter {
  readonly input: { readonly key: string };
}

async function handIn(host: JobHostProcess, input: object): Promise<string> {
  const { body } = await ask(`${host.url}/later`, json('POST', input));
  return String(body['id']);
}

async function ended(host: JobHostProcess, id: string): Promise<Readonly<Record<string, unknown>>> {
  return eventually(async () => {
    const { body } = await ask(`${host.url}/jobs/${id}`);
    return body['state'] === 'completed' || body['state'] === 'failed' ? body : undefined;
  });
}

describeOnEveryStore('a host that dies in the middle of a durable composite', (open) => {
  let store: JobStoreOfTest;
  let project: JobProject;

  beforeAll(async () => {
    store = await open();
    project = new JobProject({ jobs: { ...store.jobs, ...QUICK, attempts: 2 } });
  }, 60_000);
  afterAll(async () => {
    project.killAll();
    await store.stop();
  });

  it('leaves it to the next one, which comes to what it would have come to', async () => {
    const first = await project.start();
    const id = String((await ask(`${first.url}/several`, json('POST', {}))).body['id']);
    await eventually(() => project.said('end').some(([, key]) => key === 'quick') || undefined);
    await eventually(() => project.said('begin').some(([, key]) => key === 'slow') || undefined);
    await first.end('SIGKILL');
    const next = await project.start();
    await eventually(() => project.said('finish').length > 0 || undefined);

    const [[, input = ''] = []] = project.said('finish');
    expect(JSON.parse(decodeURIComponent(input))).toMatchObject({
      complete: false,
      data: { quick: { attempt: 1 }, slow: { attempt: 2 }, bad: null },
      problems: { bad: { code: 'INTERNAL_ERROR', outcome: 'fallback' } },
    });
    expect(project.said('finish')).toHaveLength(1);
    expect(project.said('begin').filter(([, key]) => key === 'quick')).toHaveLength(1);
    expect(id).toContain('0');
    await next.end('SIGTERM');
  }, 90_000);
});

describeOnEveryStore('a job that ends its process', (open, kind) => {
  let store: JobStoreOfTest;
  let project: JobProject;
  let host: JobHostProcess;
  const over = new AbortController();

  beforeAll(async () => {
    store = await open();
    project = new JobProject({ jobs: { ...store.jobs, ...QUICK, attempts: 2 } });
    host = await project.start();
    void watchOver();
  }, 60_000);
  afterAll(async () => {
    over.abort();
    project.killAll();
    await store.stop();
  });

  /** Starts the next host each time one is gone. */
  const watchOver = async () => {
    for (; !over.signal.aborted; await sleep(20)) {
      const { exitCode, signalCode } = host.child;
      // It may be gone before it listens.
      if (exitCode !== null || signalCode !== null) host = await project.start().catch(() => host);
    }
  };
  const keysOf = (what: string) => project.said(what).map(([, key]) => key);

  it.each(kind === 'redis' ? ['abort', 'kill'] : ['abort'])(
    'by %s is a dead letter once its attempts are used, and those that it took with it each time are done',
    async (poison) => {
      const others = ['a', 'b'].map((key) => `${poison}-${key}`);
      for (const key of others) await eventually(() => handIn(host, { key, ms: 500 }).catch(() => undefined));
      await eventually(() => others.every((key) => keysOf('begin').includes(key)) || undefined);
      // The answer may go with the process, but the job is there.
      await handIn(host, { key: poison, poison }).catch(() => undefined);
      await eventually(() => keysOf('begin').filter((key) => key === poison).length === 2 || undefined, 60_000);
      const letter = await eventually(async () => {
        const { stdout } = await trunkline(project.root, ['dead-letters', 'list', '--json']);
        return (JSON.parse(stdout || '[]') as Letter[]).find(({ input }) => input.key === poison);
      }, 60_000);
      await eventually(() => others.every((key) => keysOf('end').includes(key)) || undefined, 60_000);

      expect(letter).toMatchObject({
        attempts: 2,
        failure: { code: 'INTERNAL_ERROR', message: expect.stringContaining('began and never ended') },
        history: [{ attempt: 2 }],
      });
      expect(keysOf('begin').filter((key) => key === poison)).toHaveLength(2);
    },
    120_000,
  );
});

describeWith('redis', 'a job that blocks its host for longer than its lock', () => {
  let server: RedisServer;
  let project: JobProject;

  beforeAll(async () => {
    server = await RedisServer.start();
    project = new JobProject({ jobs: { ...QUICK, backend: server.url } });
  });
  afterAll(async () => {
    project.killAll();
    await server.stop();
  });

  it('is run by another one, and nothing of the late attempt is kept', async () => {
    const hosts = await Promise.all([project.start(), project.start()]);
    const id = await handIn(hosts[0], { key: 'blocks', block: 4_000 });
    const [[, , , blocked] = []] = await eventually(() => {
      const said = project.said('begin');
      return said.length > 0 ? said : undefined;
    });
    const free = hosts.find(({ child }) => String(child.pid) !== blocked);
    const late = hosts.find(({ child }) => String(child.pid) === blocked);
    if (!free || !late) throw new Error(`no host has the number ${blocked}`);

    const result = { attempt: 2, pid: free.child.pid };
    expect(await ended(free, id)).toMatchObject({ state: 'completed', attempts: 2, result });
    await eventually(() => project.said('end').length === 2 || undefined);
    const lost = await eventually(() => late.log().find((line) => line.includes('the lock of a job was lost')));
    expect(JSON.parse(lost)).toMatchObject({ level: 'warn', job: id, attempt: 1, service: 'work' });
    expect(await ended(late, id)).toMatchObject({ state: 'completed', attempts: 2, result });
    expect(late.log().filter((line) => line.includes('could not do what a queue asked'))).toEqual([]);
  }, 60_000);
});
