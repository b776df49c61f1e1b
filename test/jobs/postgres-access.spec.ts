import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { runCommand } from '../process/run-command';
import { createProject } from '../process/trunkline-process';
import { describeWithServer } from '../servers/describe-with-server';
import { PgBouncer } from '../servers/pgbouncer';
import { PostgresServer } from '../servers/postgres-server';
import { type JobBus, startJobBus } from './job-bus';

let runs = 0;

@BusService({ name: 'work', input: 'key' })
class Work extends Service<{ key: string }> {
  handle() {
    runs += 1;
    return { did: this.request.input.key };
  }
}

const CHANNELS = `
channels:
  rest:
    later: { method: POST, path: /later, service: work, async: true }
    keyed: { method: POST, path: /keyed, service: work, idempotency: required }
`;

const start = (jobs: Readonly<Record<string, unknown>>, stores: object = {}): Promise<JobBus> => {
  const config = { 'channels.yaml': CHANNELS, 'stores.yaml': JSON.stringify({ bus: { stores } }) };
  return startJobBus({ jobs, stop: async () => undefined }, { services: [Work], config });
};

/** Submits a job. @returns its final state */
async function runJob(jobs: Readonly<Record<string, unknown>>): Promise<string> {
  const bus = await start(jobs);
  try {
    const { body } = await sendRequest(`${bus.url}/later`, createJsonRequest('POST', { key: 'a' }));
    return (await bus.waitForJob(String(body['id']))).state;
  } finally {
    await bus.stop();
  }
}

/** Sends a request twice with the same key. @returns the statuses, and how often the service ran */
async function sendTwice(stores: object): Promise<readonly number[]> {
  const bus = await start({}, stores);
  const before = runs;
  try {
    const send = () =>
      sendRequest(`${bus.url}/keyed`, createJsonRequest('POST', { key: 'a' }, { 'idempotency-key': '"k-1"' }));
    const [first, second] = [await send(), await send()];
    return [first.status, second.status, runs - before];
  } finally {
    await bus.stop();
  }
}

describeWithServer('postgres', 'a PostgreSQL whose role may not create schemas', () => {
  let server: PostgresServer;
  let admin: Client;
  /** For a role without privileges. */
  const urlFor = (user: string) => server.url.replace('trunkline@', `${user}@`);
  beforeAll(async () => {
    server = await PostgresServer.start();
    admin = new Client(server.url);
    await admin.connect();
    await admin.query('CREATE ROLE owner LOGIN; CREATE SCHEMA shop_jobs AUTHORIZATION owner');
    await admin.query('CREATE ROLE guest LOGIN; CREATE ROLE stranger LOGIN');
  }, 60_000);
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  it('stores jobs and idempotency records in a schema that was created for the role', async () => {
    const url = urlFor('owner');

    expect(await runJob({ backend: url, schema: 'shop_jobs' })).toBe('completed');
    expect(await sendTwice({ postgres: url, schema: 'shop_jobs' })).toEqual([200, 200, 1]);
    const { rows } = await admin.query<{ schemaname: string }>(
      `SELECT DISTINCT schemaname FROM pg_tables WHERE tablename IN ('job', 'trunkline_idempotency')`,
    );
    expect(rows).toEqual([{ schemaname: 'shop_jobs' }]);
  });

  it('stores jobs in the tables of `trunkline jobs schema`, with privileges on rows only', async () => {
    const project = createProject({ 'config/bus.yaml': 'bus: { jobs: { schema: made_jobs } }' });
    const { code, stdout } = await runCommand(project, ['jobs', 'schema']);
    rmSync(project, { recursive: true });
    await admin.query(stdout);
    await admin.query(`
      GRANT USAGE ON SCHEMA made_jobs TO guest;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA made_jobs TO guest;
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA made_jobs TO guest`);

    expect(code).toBe(0);
    expect(await runJob({ backend: urlFor('guest'), schema: 'made_jobs' })).toBe('completed');
  });

  it('is rejected at the start if the schema is missing, with what to do', async () => {
    const starting = start({ backend: urlFor('stranger') });

    await expect(starting).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/bus\.jobs\.backend {2}.*permission denied.*trunkline jobs schema/),
    });
  });
});

describeWithServer('pgbouncer', 'a PgBouncer', () => {
  let server: PostgresServer;
  const bouncers: Partial<Record<'session' | 'transaction', PgBouncer>> = {};
  const urlOf = (mode: 'session' | 'transaction') => bouncers[mode]?.url ?? '';
  beforeAll(async () => {
    server = await PostgresServer.start();
    for (const mode of ['session', 'transaction'] as const) bouncers[mode] = await PgBouncer.start(server, mode);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(Object.values(bouncers).map((bouncer) => bouncer.stop()));
    await server.stop();
  });

  it('with session pooling can store jobs', async () => {
    expect(await runJob({ backend: urlOf('session') })).toBe('completed');
  });

  it('with transaction pooling is rejected at the start, with the reason', async () => {
    await expect(start({ backend: urlOf('transaction') })).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/bus\.jobs\.backend {2}.*without sessions.*use session pooling/),
    });
  });

  it.each(['session', 'transaction'] as const)('can store idempotency records with %s pooling', async (mode) => {
    expect(await sendTwice({ postgres: urlOf(mode), schema: `kept_by_${mode}` })).toEqual([200, 200, 1]);
  });

  it('that rejects a parameter of the URL is rejected at the start, with the reason', async () => {
    const url = `${urlOf('session')}?options=${encodeURIComponent('-c work_mem=8MB')}`;

    await expect(start({ backend: url })).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/bus\.jobs\.backend {2}.*unsupported startup parameter/),
    });
  });
});
