import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusService, Service } from 'trunkline';
import { LOCALHOST_CERTIFICATE } from '../../libs/outgoing/src/localhost-certificate.fixture';
import { sendRequest, createJsonRequest } from '../send-request';
import { describeWithServer } from '../servers/describe-with-server';
import { findFreePort } from '../servers/find-free-port';
import { startRedisCluster, waitForReply } from '../servers/redis-cluster';
import { RedisSentinel } from '../servers/redis-sentinel';
import { RedisServer } from '../servers/redis-server';
import { describeScenario, waitUntil, type JobBus, startJobBus } from './job-bus';

const done = new Set<string>();

@BusService({ name: 'work' })
class Work extends Service<{ key: string }> {
  handle() {
    done.add(this.request.input.key);
  }
}

const CHANNELS = `
channels:
  rest:
    work: { method: POST, path: /work, service: work, async: true }
`;
/** Another queue than that of the rest. */
const LANES = { services: { work: { concurrency: 2 } } };

const startOn = (jobs: Readonly<Record<string, unknown>>): Promise<JobBus> => {
  const store = { jobs: { ...jobs, ...LANES }, stop: async () => undefined };
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
const handIn = (bus: JobBus, key: string) => sendRequest(`${bus.url}/work`, createJsonRequest('POST', { key }));
const isDone = (key: string) => waitUntil(() => done.has(key) || undefined);

/** Has a job done, lets the master die, and has another one done. @returns how the channel answered meanwhile */
async function outliveMaster(bus: JobBus, master: RedisServer): Promise<ReadonlySet<number>> {
  const statuses = new Set([(await handIn(bus, 'before')).status]);
  await isDone('before');
  await master.kill();
  await waitUntil(async () => {
    const { status } = await handIn(bus, 'after');
    statuses.add(status);
    return status === 202 || undefined;
  });
  await isDone('after');
  return statuses;
}

describeScenario('jobs on a master that Sentinels name', {
  stores: ['redis'],
  execute: async () => {
    const master = await RedisServer.start();
    const replica = await RedisServer.start('--replicaof', '127.0.0.1', String(master.port));
    const sentinel = await RedisSentinel.start(master.port);
    try {
      await waitForReply(sentinel.port, ['SENTINEL', 'REPLICAS', 'jobs'], `${replica.port}`);
      await waitForReply(replica.port, ['INFO', 'replication'], 'master_link_status:up');
      const backend = `redis-sentinel://127.0.0.1:${sentinel.port}/jobs`;
      return await onBus({ backend }, (bus) => outliveMaster(bus, master));
    } finally {
      await Promise.all([sentinel.stop(), master.stop(), replica.stop()]);
    }
  },
  tests: (outcome) => {
    it('go on with the replica when the master dies', async () => {
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
        const { status } = await handIn(bus, 'in a cluster');
        await isDone('in a cluster');
        return status;
      });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
  tests: (outcome) => {
    it('run, whichever node has them', async () => {
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

  it('run, when its certificate is of the CA that is trusted, and it trusts the one of the bus', async () => {
    const tls = { ca: LOCALHOST_CERTIFICATE.cert, cert: LOCALHOST_CERTIFICATE.cert, key: LOCALHOST_CERTIFICATE.key };

    const status = await onBus({ backend: `rediss://localhost:${await port}`, tls }, async (bus) => {
      const answer = await handIn(bus, 'by TLS');
      await isDone('by TLS');
      return answer.status;
    });
    expect(status).toBe(202);
  });

  it('are not begun with when it is of another', async () => {
    const starting = startOn({ backend: `rediss://localhost:${await port}` });

    await expect(starting).rejects.toThrow(
      /bus\.jobs\.backend {2}the Redis for jobs cannot be used: self-signed certificate.*bus\.jobs\.tls/,
    );
  });
});
