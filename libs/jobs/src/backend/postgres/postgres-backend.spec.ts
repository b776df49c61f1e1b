import { Client } from 'pg';
import { describeWithServer } from '../../../../../test/servers/describe-with-server';
import { PostgresServer } from '../../../../../test/servers/postgres-server';
import { describeJobBackendContract, describeOutageContract } from '../job-backend.fixture';
import { JobStoreError } from '../job-store-error';
import { RecordingLogger } from '@trunkline/testing';
import { PostgresBackend } from './postgres-backend';

describeWithServer('postgres', 'jobs in PostgreSQL', () => {
  let server: PostgresServer;
  const open = (logger = new RecordingLogger(), url = server.url) =>
    PostgresBackend.open({ url, schema: 'trunkline_jobs', logger });
  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 60_000);

  describeJobBackendContract(() => open());
  afterAll(() => server.stop());

  describe('during an outage', () => {
    let backend: PostgresBackend;
    const logger = new RecordingLogger();
    beforeAll(async () => {
      backend = await open(logger);
    });
    afterAll(() => backend.close());

    describeOutageContract(
      () => ({ backend, lines: logger.lines }),
      [{ name: 'is down', durationMs: 500, start: () => server.kill(), end: () => server.restart() }],
    );
  });

  it('creates its tables once, however many hosts start at the same time', async () => {
    const url = `${server.url.replace(/postgres$/, '')}many`;
    const admin = new Client(server.url);
    await admin.connect();
    await admin.query('CREATE DATABASE many');

    const backends = await Promise.all([1, 2, 3, 4].map(() => open(new RecordingLogger(), url)));
    const added = await Promise.all(
      backends.map((backend) => backend.call(() => backend.createQueue('many').add('x', {}))),
    );

    expect(new Set(added.map(({ id }) => id)).size).toBe(4);
    await Promise.all(backends.map((backend) => backend.close()));
    await admin.end();
  });

  it('notifies the workers of another host', async () => {
    const [one, other] = [await open(), await open()];
    const ran = new Promise((resolve) =>
      one.createWorker('across', async (job) => resolve(job.id), { drainDelay: 3_600 }),
    );
    await one.call(() => one.createQueue('across').count());

    await other.call(() => other.createQueue('across').add('x', {}, { jobId: 'across-1' }));

    expect(await ran).toBe('across-1');
    await Promise.all([one.close(), other.close()]);
  });

  it('rejects a database that does not exist', async () => {
    await expect(open(new RecordingLogger(), `${server.url}-not`)).rejects.toThrow(JobStoreError);
  });
});
