import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisServer } from './redis-server';

const REPLY_TIMEOUT_MS = 40_000;

/** Starts the masters of a cluster, which share all slots. The caller stops them. */
export async function startRedisCluster(count: number): Promise<readonly RedisServer[]> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
  const servers = await Promise.all(Array.from({ length: count }, () => RedisServer.start(...settings)));
  const admins = servers.map(({ url }) => new Redis(url));
  const share = Math.ceil(16_384 / count);
  await Promise.all(
    admins.map((admin, i) => admin.call('CLUSTER', 'ADDSLOTSRANGE', i * share, Math.min((i + 1) * share, 16_384) - 1)),
  );
  for (const { port } of servers.slice(1)) await admins[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port);
  for (const admin of admins) admin.disconnect();
  for (const { port } of servers) {
    await waitForReply(port, ['CLUSTER', 'INFO'], `cluster_known_nodes:${count}`);
    await waitForReply(port, ['CLUSTER', 'INFO'], 'cluster_state:ok');
  }
  return servers;
}

/** Repeats a command to a Redis or a Sentinel until the reply contains a text. */
export async function waitForReply(
  port: number,
  [command, ...args]: readonly [string, ...string[]],
  expected: string,
): Promise<void> {
  const admin = new Redis(port);
  admin.on('error', () => undefined);
  for (
    const deadlineMs = Date.now() + REPLY_TIMEOUT_MS;
    !String(await admin.call(command, ...args)).includes(expected);
    await sleep(20)
  )
    if (Date.now() > deadlineMs) throw new Error(`Redis did not reply ${expected}`);
  admin.disconnect();
}
