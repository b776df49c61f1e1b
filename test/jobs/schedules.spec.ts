import { setTimeout as sleep } from 'node:timers/promises';
import { BusService, Service } from 'trunkline';
import { describeWith } from '../servers/describe-with';
import { RedisServer } from '../servers/redis-server';
import { eventually, type JobBus, type JobStoreOfTest, startJobBus } from './job-bus';

let ticks: { readonly job: string | undefined; readonly input: unknown }[] = [];

@BusService({ name: 'tick' })
class Tick extends Service {
  handle() {
    ticks.push({ job: this.request.job?.id, input: this.request.input });
  }
}

let slow: (() => void)[] = [];

@BusService({ name: 'slow' })
class Slow extends Service {
  async handle() {
    await new Promise<void>((resolve) => slow.push(resolve));
  }
}

describeWith('redis', 'a schedule', () => {
  let server: RedisServer;
  let store: JobStoreOfTest;
  let running: JobBus[] = [];

  beforeEach(async () => {
    server = await RedisServer.start();
    store = { jobs: { backend: server.url }, stop: () => server.stop() };
    ticks = [];
    slow = [];
    running = [];
  });
  afterEach(async () => {
    for (const resolve of slow) resolve();
    await Promise.all(running.map((bus) => bus.stop()));
    await server.stop();
  });

  const start = async (schedule: string) => {
    const config = { 'schedule.yaml': `schedule: ${schedule}` };
    const bus = await startJobBus(store, { services: [Tick, Slow], config });
    running.push(bus);
    return bus;
  };

  it('fires once per tick over all hosts', async () => {
    const schedule = '{ every.second: { every: 1s, service: tick, input: { a: 1 } } }';
    await Promise.all([start(schedule), start(schedule)]);
    await eventually(() => ticks.length >= 3 || undefined);

    expect(new Set(ticks.map(({ job }) => job)).size).toBe(ticks.length);
    const times = ticks.map(({ job }) => Number(job?.split('@')[1]));
    expect(times.slice(1, 3).map((time, index) => time - (times[index] ?? 0))).toEqual([1_000, 1_000]);
    expect(ticks[0]?.input).toEqual({ a: 1 });
  });

  it('is left as it is by a start that does not change it, replaced by one that does, and removed by one without it', async () => {
    const nextOf = async (bus: JobBus) =>
      (await bus.jobs.schedules.list(true)).map(({ nextAt }) => nextAt?.toISOString());
    const first = await start("{ yearly: { cron: '0 0 1 1 *', service: tick } }");
    const next = await nextOf(first);

    expect(await nextOf(await start("{ yearly: { cron: '0 0 1 1 *', service: tick } }"))).toEqual(next);
    const changed = await start("{ yearly: { cron: '0 0 2 1 *', timezone: Europe/Stockholm, service: tick } }");
    expect((await nextOf(changed))[0]).toMatch(/-01-01T23:00:00.000Z$/);
    await start('{ other: { every: 1h, service: tick } }');
    expect(await nextOf(changed)).toEqual([undefined]);
  });

  it('does not begin a job while the one before has not ended', async () => {
    await start('{ slowly: { every: 1s, service: slow } }');
    await eventually(() => slow.length === 1 || undefined);
    await sleep(1_500);

    expect(slow).toHaveLength(1);
  });

  it('begins a job beside the one before where its ticks queue', async () => {
    await start('{ slowly: { every: 1s, service: slow, overlap: queue } }');
    await eventually(() => slow.length === 2 || undefined);

    expect(slow).toHaveLength(2);
  });

  it('makes one job of all the ticks that came while no host ran, or none', async () => {
    const schedule = `{
      once: { every: 1s, service: tick, input: once },
      skip: { every: 1s, service: tick, input: skip, missed: skip, overlap: queue }
    }`;
    const dueOf = (name: string) =>
      ticks.filter(({ input }) => input === name).map(({ job }) => Number(job?.split('@')[1]));
    const first = await start(schedule);
    await eventually(() => (dueOf('once').length > 0 && dueOf('skip').length > 0) || undefined);
    await first.stop();
    running = [];
    const stoppedAt = Date.now();
    await sleep(2_600);
    ticks = [];
    const startedAt = Date.now();
    const second = await start(schedule);
    await eventually(() => (dueOf('once').length > 2 && dueOf('skip').length > 1) || undefined);

    const [missed = 0, next = 0] = dueOf('once');
    expect(missed).toBeLessThan(stoppedAt + 1_100);
    expect(next).toBeGreaterThan(startedAt - 1_000);
    expect(dueOf('skip').every((due) => due > startedAt - 1_000)).toBe(true);
    expect(
      second.log().filter(({ schedule: name, msg }) => name === 'skip' && /is skipped/.test(String(msg))),
    ).toHaveLength(1);
  });

  it('can be run now, besides its ticks', async () => {
    const bus = await start("{ yearly: { cron: '0 0 1 1 *', service: tick, input: { b: 2 } } }");
    const [schedule] = await bus.jobs.schedules.list(false);
    if (!schedule) throw new Error('the schedule is not listed');

    const id = await bus.jobs.schedules.runNow('yearly', schedule.config);

    expect(await bus.ended(id)).toMatchObject({ state: 'completed', schedule: 'yearly' });
    expect(ticks).toEqual([{ job: id, input: { b: 2 } }]);
  });
});
