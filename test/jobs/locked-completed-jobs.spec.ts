import { Client } from 'pg';
import { waitUntil } from '@trunkline/testing';
import { describeWithServer } from '../servers/describe-with-server';
import { PostgresServer } from '../servers/postgres-server';
import { type JobBus, startJobBus } from './job-bus';
import { runs, Submit, Work } from './recorded-work';

describeWithServer('postgres', 'a completed job that another transaction has locked', () => {
  let server: PostgresServer;
  let bus: JobBus;
  let other: Client;

  beforeAll(async () => {
    server = await PostgresServer.start();
    other = new Client(server.url);
    await other.connect();
    const store = { jobs: { backend: server.url }, stop: async () => undefined };
    bus = await startJobBus(store, { services: [Work, Submit] }, { retention: { completedCount: 1 } });
    await waitUntil(() => run('warm').catch(() => undefined));
  }, 60_000);
  beforeEach(() => (runs.length = 0));
  afterAll(async () => {
    await bus?.stop();
    await other?.end();
    await server?.stop();
  }, 30_000);

  const run = async (key: string) => {
    const { id } = (await bus.bus.invoker.invoke(Submit, { key })) as { id: string };
    return bus.waitForJob(id);
  };
  const listCompleted = async () => {
    const { rows } = await other.query<{ id: string }>("SELECT id FROM trunkline_jobs.job WHERE state = 'completed'");
    return rows.map(({ id }) => id);
  };

  it('does not keep the next one from completing, and is removed later', async () => {
    await run('first');
    await other.query("BEGIN; SELECT id FROM trunkline_jobs.job WHERE state = 'completed' FOR UPDATE");

    const second = await run('second');
    expect(second.state).toBe('completed');
    expect(runs).toEqual(['first', 'second']);

    await other.query('ROLLBACK');
    const third = await run('third');
    const kept = await waitUntil(async () => {
      const ids = await listCompleted();
      return ids.length === 1 ? ids : undefined;
    });
    expect(kept).toEqual([third.id]);
  });
});
