import { Redis } from 'ioredis';
import { BusService, Service } from 'trunkline';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { startJobBus } from './job-bus';

@BusService({ name: 'work' })
class Work extends Service {
  handle() {}
}

@BusService({ name: 'submit' })
class Submit extends Service {
  handle() {
    return this.invokeAsync(Work, {});
  }
}

/** Counts how often the bus checks the append-only file of a Redis, for ten jobs submitted one by one. */
async function countChecksForTenJobs(appendfsync: string): Promise<number> {
  const server = await RedisServer.start('--appendfsync', appendfsync);
  const redis = new Redis(server.url);
  const countInfoCalls = async () =>
    Number(/cmdstat_info:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
  const store = { jobs: { backend: server.url }, stop: () => server.stop() };
  const bus = await startJobBus(store, { services: [Work, Submit] });
  try {
    await bus.bus.invoker.invoke(Submit, {});
    const before = await countInfoCalls();
    for (let jobs = 0; jobs < 10; jobs += 1) await bus.bus.invoker.invoke(Submit, {});
    // The last call counts itself.
    return (await countInfoCalls()) - before - 1;
  } finally {
    redis.disconnect();
    await bus.stop();
    await server.stop();
  }
}

describeWithServer('redis', 'a job in Redis', () => {
  it('is accepted after a check of the append-only file, with `appendfsync everysec`', async () => {
    expect(await countChecksForTenJobs('everysec')).toBeGreaterThanOrEqual(10);
  });

  it('is accepted without a check, with `appendfsync always`', async () => {
    expect(await countChecksForTenJobs('always')).toBeLessThan(10);
  });
});
