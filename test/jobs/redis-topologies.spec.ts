import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCALHOST_CERTIFICATE, waitUntil } from '@trunkline/testing';
import { sendRequest, createJsonRequest } from '../send-request';
import { describeWithServer } from '../servers/describe-with-server';
import { findFreePort } from '../servers/find-free-port';
import { startRedisCluster, waitForReply } from '../servers/redis-cluster';
import { RedisSentinel } from '../servers/redis-sentinel';
import { RedisServer } from '../servers/redis-server';
import { describeScenario, type JobBus, startJobBus } from './job-bus';
import { runs, Work } from './recorded-work';

const CHANNELS = `
channels:
  rest:
    work: { method: POST, path: /work, service: work, async: true }
`;
/** A dedicated queue, in addition to the shared one. */
const DEDICATED_QUEUE = { services: { work: { concurrency: 2 } } };

const startOn = (jobs: Readonly<Record<string, unknown>>): Promise<JobBus> => {
  const store = { jobs: { ...jobs, ...DEDICATED_QUEUE }, stop: async () => undefined };
  return startJobBus(store, { services: [Work], config: { 'channels.yaml': CHANNELS } });
};
const onBus = async <T>(jobs: Readonly<Record<string, unknown>>, use: (bus: JobBus) => Promise<T>): Promise<T> => {
  const bus = await startOn(jobs);
  try {
    return await use(bus);
  } finally {
    await bus.stop();
  }
};
const submit = (bus: JobBus, key: string) => sendRequest(`${bus.url}/work`, createJsonRequest('POST', { key }));
const isDone = (key: string) => waitUntil(() => runs.includes(key) || undefined);

/** Runs a job, kills the master, and runs another job. @returns the statuses of the channel */
async function failOver(bus: JobBus, master: RedisServer): Promise<ReadonlySet<number>> {
  const statuses = new Set([(await submit(bus, 'before')).status]);
  await isDone('before');
  await master.kill();
  await waitUntil(async () => {
    const { status } = await submit(bus, 'after');
    statuses.add(status);
    return status === 202 || undefined;
  });
  await isDone('after');
  return statuses;
}

describeScenario('jobs on the master of a Sentinel', {
  stores: ['redis'],
  execute: async () => {
    const master = await RedisServer.start();
    const replica = await RedisServer.start('--replicaof', '127.0.0.1', String(master.port));
    const sentinel = await RedisSentinel.start(master.port);
    try {
      await waitForReply(sentinel.port, ['SENTINEL', 'REPLICAS', 'jobs'], `${replica.port}`);
      await waitForReply(replica.port, ['INFO', 'replication'], 'master_link_status:up');
      const backend = `redis-sentinel://127.0.0.1:${sentinel.port}/jobs`;
      return await onBus({ backend }, (bus) => failOver(bus, master));
    } finally {
      await Promise.all([sentinel.stop(), master.stop(), replica.stop()]);
    }
  },
  tests: (outcome) => {
    it('continue on the replica when the master crashes', async () => {
      const statuses = await outcome();

      expect([...statuses].filter((status) => status !== 503)).toEqual([202]);
    }, 60_000);
  },
});

describeScenario('jobs in a cluster', {
  stores: ['redis'],
  execute: async () => {
    const servers = await startRedisCluster(3);
    try {
      const backend = `redis-cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join()}`;
      return await onBus({ backend }, async (bus) => {
        const { status } = await submit(bus, 'in a cluster');
        await isDone('in a cluster');
        return status;
      });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
  tests: (outcome) => {
    it('run on whichever node has them', async () => {
      expect(await outcome()).toBe(202);
    }, 60_000);
  },
});

describeWithServer('redis', 'jobs in a Redis behind TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-tls-'));
  const port = findFreePort();
  let server: RedisServer;
  beforeAll(async () => {
    const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
    writeFileSync(files.cert, LOCALHOST_CERTIFICATE.cert);
    writeFileSync(files.key, LOCALHOST_CERTIFICATE.key, { mode: 0o600 });
    const own = ['--tls-cert-file', files.cert, '--tls-key-file', files.key, '--tls-ca-cert-file', files.cert];
    server = await RedisServer.start('--tls-port', String(await port), ...own);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  it('run if both sides trust the CA of the other’s certificate', async () => {
    const tls = { ca: LOCALHOST_CERTIFICATE.cert, cert: LOCALHOST_CERTIFICATE.cert, key: LOCALHOST_CERTIFICATE.key };

    const status = await onBus({ backend: `rediss://localhost:${await port}`, tls }, async (bus) => {
      const response = await submit(bus, 'by TLS');
      await isDone('by TLS');
      return response.status;
    });
    expect(status).toBe(202);
  });

  it('are rejected at the start if its certificate is not trusted', async () => {
    const starting = startOn({ backend: `rediss://localhost:${await port}` });

    await expect(starting).rejects.toThrow(
      /bus\.jobs\.backend {2}the Redis for jobs cannot be used: self-signed certificate.*bus\.jobs\.tls/,
    );
  });
});
