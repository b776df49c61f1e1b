import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisServer } from './redis-server';

const REPLY_TIMEOUT_MS = 40_000;

/** Starts masters that know each other and share all slots. Whoever starts them stops them. */
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

/** Asks a Redis, or a Sentinel, until its answer says so. */
export async function waitForReply(
  port: number,
  [command, ...args]: readonly [string, ...string[]],
  says: string,
): Promise<void> {
  const admin = new Redis(port);
  admin.on('error', () => undefined);
  for (
    const giveUpAt = Date.now() + REPLY_TIMEOUT_MS;
    !String(await admin.call(command, ...args)).includes(says);
    await sleep(20)
  )
    if (Date.now() > giveUpAt) throw new Error(`Redis did not say ${says}`);
  admin.disconnect();
}
