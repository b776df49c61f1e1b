import { setTimeout as sleep } from 'node:timers/promises';
import { BusError } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { JobBackend, JobQueue, JobWorker } from '../backend/job-backend';
import type { ScheduleConfig } from '../configuration/schedule-section';
import type { JobEnqueuer } from '../submit/job-enqueuer';
import type { JobStore, StoredJob } from '../queues/job-store';
import { createStalledJobOptions } from '../run/stalled-job-options';
import { computeNextTick, computeNextTickIfAny } from './repeat-strategy';
import { isMissed, createScheduleRecord, scheduleRecord } from './schedule-record';

/** Configuration and collaborators of {@link Schedules}. */
export interface SchedulesOptions {
  readonly store: JobStore;
  readonly jobEnqueuer: JobEnqueuer;
  readonly logger: Logger;
  readonly schedules: Readonly<Record<string, ScheduleConfig>>;
  /** How long the lock on a tick is valid without being renewed. */
  readonly lockMs: number;
}

/** A schedule as operators see it. */
export interface ScheduleView {
  readonly name: string;
  readonly config: ScheduleConfig;
  /** `undefined` if the store does not have the schedule yet. */
  readonly nextAt: Date | undefined;
}

/** For the first tick of a schedule. */
const TICK_QUEUE_SETTINGS = { repeatStrategy: computeNextTick };
/** How often the schedules are checked for a next tick. */
const CHECK_INTERVAL_MS = 30_000;

/** A tick is retried while the store is unavailable, so that its job is not lost. */
const TICK_OPTIONS = {
  attempts: 1_000,
  backoff: { type: 'fixed', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: { age: 86_400 },
} as const;

/**
 * Jobs that recur. BullMQ's scheduler adds one tick after the other, for any host. The tick adds the job, under an id derived from
 * the tick, so that a tick that is processed twice adds one job.
 */
export class Schedules {
  readonly #options: SchedulesOptions;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  /** The configuration has schedules. */
  get hasSchedules(): boolean {
    return Object.keys(this.#options.schedules).length > 0;
  }

  /**
   * Synchronizes the store with the schedules of the configuration. An unchanged schedule keeps its next tick, so that ticks missed
   * while no host was running are processed.
   */
  async synchronize(backend: JobBackend): Promise<void> {
    const { store, schedules } = this.#options;
    const queue = store.openTickQueue(backend, TICK_QUEUE_SETTINGS);
    const known = await store.call(() => queue.getJobSchedulers(0, -1));
    for (const { key } of known) {
      if (!Object.hasOwn(schedules, key)) await store.call(() => queue.removeJobScheduler(key));
    }
    for (const [name, config] of Object.entries(schedules)) {
      const digest = readDigest(known.find(({ key }) => key === name)?.template?.data);
      if (digest !== createScheduleRecord(config).digest || !(await this.#hasNext(queue, name)))
        await this.#upsert(queue, name, config);
    }
  }

  /** Creates the worker that processes ticks. */
  createTickWorker(backend: JobBackend): JobWorker {
    const { store, lockMs } = this.#options;
    return backend.createWorker(store.tickQueueName, (tick) => this.#processTick(tick), {
      ...createStalledJobOptions(lockMs),
      concurrency: 4,
      settings: { repeatStrategy: computeNextTickIfAny },
    });
  }

  /**
   * Checks every 30 s whether each schedule has a next tick, until the signal aborts. A schedule may lose its next tick if its pattern
   * or time zone is unknown to the host that processed the last one. It is logged as an error until a next tick is computed.
   */
  async watchTicks(backend: JobBackend, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(CHECK_INTERVAL_MS, undefined, { ref: false, signal }).catch(() => undefined);
      // An unavailable store is logged elsewhere; the next check makes up for it.
      if (!signal.aborted) await this.restoreMissingTicks(backend).catch(() => undefined);
    }
  }

  /** Adds a next tick to each schedule of the configuration that has none. */
  async restoreMissingTicks(backend: JobBackend): Promise<void> {
    const { store, schedules } = this.#options;
    const queue = store.openTickQueue(backend, TICK_QUEUE_SETTINGS);
    for (const [name, config] of Object.entries(schedules)) {
      if (!(await this.#hasNext(queue, name))) await this.#upsert(queue, name, config);
    }
  }

  /** Lists the schedules of the configuration. @param isStored - whether there is a store to read the next ticks from */
  async list(isStored: boolean): Promise<readonly ScheduleView[]> {
    const { store, schedules } = this.#options;
    const known = isStored
      ? await store.call((backend) => store.openTickQueue(backend, TICK_QUEUE_SETTINGS).getJobSchedulers(0, -1))
      : [];
    const nextByName = new Map(known.map(({ key, next }) => [key, next]));
    return Object.entries(schedules).map(([name, config]) => {
      const next = nextByName.get(name);
      return { name, config, nextAt: next === undefined ? undefined : new Date(next) };
    });
  }

  /** Adds the job of a schedule now, in addition to its ticks. @returns the id of the job */
  async runNow(name: string, config: ScheduleConfig): Promise<string> {
    const { id } = await this.#options.jobEnqueuer.enqueueTick(name, createScheduleRecord(config), `now-${Date.now()}`);
    return id;
  }

  /** Whether the store has the next tick of a schedule. Without one, the schedule would end. */
  async #hasNext(queue: JobQueue, name: string): Promise<boolean> {
    const { store } = this.#options;
    const findNext = async () => (await store.call(() => queue.getJobScheduler(name)))?.next;
    const next = await findNext();
    if (next === undefined) return false;
    if (await store.call(() => queue.getJob(`repeat:${name}:${next}`))) return true;
    // It may have been processed between the two calls, and another one added.
    return (await findNext()) !== next;
  }

  async #upsert(queue: JobQueue, name: string, config: ScheduleConfig): Promise<void> {
    const { every, cron, timezone } = config;
    const repeat = every === undefined ? { ...(cron !== undefined && { pattern: cron }), tz: timezone } : { every };
    const template = { name, data: createScheduleRecord(config), opts: TICK_OPTIONS };
    const { store, logger } = this.#options;
    try {
      if (await store.call(() => queue.upsertJobScheduler(name, repeat, template))) return;
      logger.error({ schedule: name }, 'a schedule has no next tick; it is computed again in 30 s');
    } catch (err) {
      if (err instanceof BusError) throw err;
      logger.error({ schedule: name, err }, 'a schedule has no next tick; it is computed again in 30 s');
    }
  }

  async #processTick(tick: StoredJob): Promise<void> {
    const { jobEnqueuer, logger } = this.#options;
    const schedule = scheduleRecord.parse(tick.data);
    const due = tick.id?.split(':').at(-1) ?? '';
    const lateMs = Date.now() - Number(due);
    if (schedule.missed === 'skip' && isMissed(schedule, lateMs)) {
      logger.info({ schedule: tick.name, lateMs }, 'a missed tick of a schedule is skipped');
      return;
    }
    await jobEnqueuer.enqueueTick(tick.name, schedule, due);
  }
}

function readDigest(data: unknown): string | undefined {
  const record = scheduleRecord.safeParse(data);
  return record.success ? record.data.digest : undefined;
}
