import { Redis } from 'ioredis';
import { BusService, Service } from 'trunkline';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { startJobBus } from './job-bus';

@BusService({ name: 'work' })
class Work extends Service {
  handle() {}
}

@BusService({ name: 'hand-in' })
class HandIn extends Service {
  handle() {
    return this.invokeAsync(Work, {});
  }
}

/** How often a Redis was asked how far it is with its append-only file, by ten jobs that were handed in one by one. */
async function looksForTenJobs(appendfsync: string): Promise<number> {
  const server = await RedisServer.start('--appendfsync', appendfsync);
  const redis = new Redis(server.url);
  const asked = async () => Number(/cmdstat_info:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
  const store = { jobs: { backend: server.url }, stop: () => server.stop() };
  const bus = await startJobBus(store, { services: [Work, HandIn] });
  try {
    await bus.bus.invoker.invoke(HandIn, {});
    const before = await asked();
    for (let jobs = 0; jobs < 10; jobs += 1) await bus.bus.invoker.invoke(HandIn, {});
    // The last question counts itself.
    return (await asked()) - before - 1;
  } finally {
    redis.disconnect();
    await bus.stop();
    await server.stop();
  }
}

describeWithServer('redis', 'a job that is accepted by a Redis', () => {
  it('is in its file, which is looked at where it writes once a second', async () => {
    expect(await looksForTenJobs('everysec')).toBeGreaterThanOrEqual(10);
  });

  it('costs no such look where it writes before it answers', async () => {
    expect(await looksForTenJobs('always')).toBeLessThan(10);
  });
});
