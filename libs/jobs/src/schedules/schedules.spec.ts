import { once } from 'node:events';
import { ServiceRegistry } from '@trunkline/service';
import type { JobBackend } from '../backend/job-backend';
import { retryUntilSuccess } from '../backend/retry-until-success.fixture';
import { createEmbeddedDirectory } from '../backend/embedded/embedded-directory.fixture';
import { RecordingLogger } from '@trunkline/testing';
import { jobsConfig } from '../configuration/jobs-config';
import { scheduleSection, type ScheduleConfig } from '../configuration/schedule-section';
import { JobFactory } from '../submit/job-factory';
import { JobEnqueuer } from '../submit/job-enqueuer';
import { JobStore } from '../queues/job-store';
import { QueueRouter } from '../queues/queue-router';
import { computeNextTick, computeNextTickIfAny } from './repeat-strategy';
import { Schedules } from './schedules';

jest.setTimeout(60_000);

const atNight = { cron: '0 3 * * *', timezone: 'UTC', service: 'a.b', missed: 'once', overlap: 'skip' } as const;

describe('the schedules of a store', () => {
  const logger = new RecordingLogger();
  const errors = () => logger.lines.filter((line) => line.startsWith('error'));
  let store: JobStore;
  let backend: JobBackend;
  beforeAll(async () => {
    const directory = await createEmbeddedDirectory();
    const config = jobsConfig.parse({});
    store = new JobStore({ bus: 'b', config, backend: { ...config, directory, logger } });
    backend = await store.open();
  });
  afterAll(() => store.close());

  const createSchedules = (schedules: Record<string, ScheduleConfig>) => {
    const jobs = jobsConfig.parse({});
    const parts = {
      queueRouter: new QueueRouter(jobs, {}),
      jobFactory: new JobFactory(jobs),
      registry: new ServiceRegistry(),
    };
    const jobEnqueuer = new JobEnqueuer({ ...parts, store, topics: {} });
    return new Schedules({ store, jobEnqueuer, logger, schedules, lockMs: 10_000 });
  };

  it('get a next tick again after a host could not compute one', async () => {
    const schedules = createSchedules({ night: atNight });
    await retryUntilSuccess(() => schedules.synchronize(backend));
    const queue = backend.createQueue(store.tickQueueName);
    await (await queue.getDelayed())[0]?.promote();
    const worker = backend.createWorker(store.tickQueueName, async () => undefined, {
      settings: { repeatStrategy: () => undefined },
    });
    await once(worker, 'completed');
    await worker.close();
    expect(await queue.getDelayedCount()).toBe(0);

    await retryUntilSuccess(() => schedules.restoreMissingTicks(backend));

    expect((await queue.getDelayed()).map(({ name }) => name)).toEqual(['night']);
    expect(errors()).toEqual([]);
  });

  it('without a next tick are logged as errors and do not affect the others', async () => {
    const schedules = createSchedules({ lost: { ...atNight, timezone: 'Mars/Olympus' }, night: atNight });

    await retryUntilSuccess(() => schedules.restoreMissingTicks(backend));

    expect(errors()).toContain('error: a schedule has no next tick; it is computed again in 30 s');
    expect((await schedules.list(true)).map(({ nextAt }) => nextAt?.toISOString().slice(10))).toEqual([
      undefined,
      'T03:00:00.000Z',
    ]);
  });
});

describe('the next tick', () => {
  const after = Date.parse('2026-03-08T04:30Z');

  it('depends on the time zone of the schedule, and on its name if the pattern contains H', () => {
    const computeTick = (name: string) => computeNextTick(after, { pattern: 'H H * * *', tz: 'Europe/Berlin' }, name);

    expect(computeNextTick(after, { pattern: '0 0 * * *', tz: 'America/Havana' }, 'a')).toBe(after + 1_800_000);
    expect(computeTick('a')).toBe(computeTick('a'));
    expect(computeTick('a')).not.toBe(computeTick('b'));
  });

  it('is undefined for the worker if the pattern or the time zone is invalid', () => {
    expect(computeNextTickIfAny(after, { pattern: '0 0 LW * *', tz: 'UTC' }, 'a')).toBeUndefined();
    expect(computeNextTickIfAny(after, { pattern: '@daily', tz: 'Mars/Olympus' }, 'a')).toBeUndefined();
  });
});

it('a schedule with an invalid pattern is rejected with its field and the reason', () => {
  const parsed = scheduleSection.schema.safeParse({ a: { cron: '0 0 * * MON-FRIL', service: 'a.b' } });

  expect(parsed.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['a.cron', expect.stringMatching(/^day of week `MON-FRIL`: L follows one day/)],
  ]);
});
