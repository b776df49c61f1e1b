import { setTimeout as sleep } from 'node:timers/promises';
import { BusService, Service } from 'trunkline';
import { describeWithServer } from '../servers/describe-with-server';
import { waitUntil } from '@trunkline/testing';
import { describeScenario, type JobBus, type TestJobStore, startJobStore, startJobBus } from './job-bus';

const ticks: { readonly job: string | undefined; readonly input: unknown }[] = [];

@BusService({ name: 'tick' })
class Tick extends Service {
  handle() {
    ticks.push({ job: this.request.job?.id, input: this.request.input });
  }
}

const slow: { readonly input: unknown; readonly end: () => void }[] = [];

@BusService({ name: 'slow' })
class Slow extends Service {
  async handle() {
    await new Promise<void>((resolve) => slow.push({ input: this.request.input, end: resolve }));
  }
}

const startOn = (store: TestJobStore, schedule: string): Promise<JobBus> =>
  startJobBus(store, { services: [Tick, Slow], config: { 'schedule.yaml': `schedule: ${schedule}` } });
const duesOf = (name: string) =>
  ticks.filter(({ input }) => input === name).map(({ job }) => Number(job?.split('@')[1]));

const EVERY_SECOND = `{
  every.second: { every: 1s, service: tick, input: each },
  skips: { every: 1s, service: slow, input: skips },
  queues: { every: 1s, service: slow, input: queues, overlap: queue }
}`;

describeScenario('a schedule of two hosts', {
  stores: ['redis'],
  execute: async (kind) => {
    const store = await startJobStore(kind);
    const hosts = await Promise.all([startOn(store, EVERY_SECOND), startOn(store, EVERY_SECOND)]);
    try {
      const slowOf = (name: string) => slow.filter(({ input }) => input === name).length;
      await waitUntil(() => (duesOf('each').length >= 3 && slowOf('queues') >= 2 && slowOf('skips') >= 1) || undefined);
      const jobs = ticks.filter(({ input }) => input === 'each').map(({ job }) => job);
      return { jobs, dues: duesOf('each'), skips: slowOf('skips'), queues: slowOf('queues') };
    } finally {
      for (const { end } of slow) end();
      await Promise.all(hosts.map((host) => host.stop()));
      await store.stop();
    }
  },
  tests: (outcome) => {
    it('fires once per tick over all hosts', async () => {
      const { jobs, dues } = await outcome();

      expect(new Set(jobs).size).toBe(jobs.length);
      expect(dues.slice(1, 3).map((due, index) => due - (dues[index] ?? 0))).toEqual([1_000, 1_000]);
    }, 60_000);

    it('starts no job while the previous one is unfinished', async () => {
      expect((await outcome()).skips).toBe(1);
    });

    it('starts a job while the previous one is unfinished, with `overlap: queue`', async () => {
      expect((await outcome()).queues).toBeGreaterThanOrEqual(2);
    });
  },
});

const MISSING = `{
  once: { every: 1s, service: tick, input: once },
  skip: { every: 1s, service: tick, input: skip, missed: skip, overlap: queue }
}`;

describeScenario('a schedule with ticks that were missed while no host was running', {
  stores: ['redis'],
  execute: async (kind) => {
    const store = await startJobStore(kind);
    try {
      const first = await startOn(store, MISSING);
      await waitUntil(() => (duesOf('once').length > 0 && duesOf('skip').length > 0) || undefined);
      await first.stop();
      const stoppedAt = Date.now();
      const seen = { once: duesOf('once').length, skip: duesOf('skip').length };
      await sleep(2_600);
      const startedAt = Date.now();
      const second = await startOn(store, MISSING);
      const since = (name: 'once' | 'skip') => duesOf(name).slice(seen[name]);
      await waitUntil(() => (since('once').length > 2 && since('skip').length > 1) || undefined);
      await second.stop();
      return { stoppedAt, startedAt, once: since('once'), skip: since('skip'), log: second.readLog() };
    } finally {
      await store.stop();
    }
  },
  tests: (outcome) => {
    it('creates one job for all of them', async () => {
      const { once, stoppedAt, startedAt } = await outcome();

      const [missed = 0, next = 0] = once;
      expect(missed).toBeLessThan(stoppedAt + 1_100);
      expect(next).toBeGreaterThan(startedAt - 1_000);
    }, 60_000);

    it('creates no job with `missed: skip`, and logs that once', async () => {
      const { skip, startedAt, log } = await outcome();

      expect(skip.every((due) => due > startedAt - 1_000)).toBe(true);
      expect(log.filter(({ schedule, msg }) => schedule === 'skip' && /is skipped/.test(String(msg)))).toHaveLength(1);
    });
  },
});

describeWithServer('redis', 'a schedule', () => {
  let store: TestJobStore;
  let running: JobBus[] = [];

  beforeEach(async () => {
    store = await startJobStore('redis');
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((bus) => bus.stop()));
    await store.stop();
  });

  const start = async (schedule: string) => {
    const bus = await startOn(store, schedule);
    running.push(bus);
    return bus;
  };

  it('is kept by a start that does not change it, replaced by one that does, and removed by one without it', async () => {
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

  it('can be run now, in addition to its ticks', async () => {
    const bus = await start("{ yearly: { cron: '0 0 1 1 *', service: tick, input: { b: 2 } } }");
    const [schedule] = await bus.jobs.schedules.list(false);
    if (!schedule) throw new Error('the schedule is not listed');

    const id = await bus.jobs.schedules.runNow('yearly', schedule.config);

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed', schedule: 'yearly' });
    expect(ticks.filter(({ job }) => job === id)).toEqual([{ job: id, input: { b: 2 } }]);
  });
});
