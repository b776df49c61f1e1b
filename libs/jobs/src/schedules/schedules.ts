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

/** What schedules are made of. */
export interface SchedulesOptions {
  readonly store: JobStore;
  readonly jobEnqueuer: JobEnqueuer;
  readonly logger: Logger;
  readonly schedules: Readonly<Record<string, ScheduleConfig>>;
  /** How long a host may do nothing for its ticks. */
  readonly lockMs: number;
}

/** A schedule as it is told of. */
export interface ScheduleView {
  readonly name: string;
  readonly config: ScheduleConfig;
  /** `undefined` when the store does not have it yet. */
  readonly nextAt: Date | undefined;
}

/** How the queue of ticks finds the first one of a schedule. */
const TICK_QUEUE_SETTINGS = { repeatStrategy: computeNextTick };
/** How often is looked whether every schedule has a next tick. */
const CHECK_INTERVAL_MS = 30_000;

/** A tick must not be lost because the store was away when its job was to be made. */
const TICK_OPTIONS = {
  attempts: 1_000,
  backoff: { type: 'fixed', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: { age: 86_400 },
} as const;

/**
 * Jobs that recur. BullMQ's scheduler makes one tick after the other, whichever host takes it; the tick makes the job, under an
 * id of its own, so that a tick that is done twice is one job.
 */
export class Schedules {
  readonly #options: SchedulesOptions;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  /** Are there any in the configuration? */
  get hasSchedules(): boolean {
    return Object.keys(this.#options.schedules).length > 0;
  }

  /**
   * Makes the store's schedules those of the configuration. One that has not changed is left alone: what it has missed while no
   * host ran is still to come.
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

  /** Does ticks from now on. */
  createTickWorker(backend: JobBackend): JobWorker {
    const { store, lockMs } = this.#options;
    return backend.createWorker(store.tickQueueName, (tick) => this.#processTick(tick), {
      ...createStalledJobOptions(lockMs),
      concurrency: 4,
      settings: { repeatStrategy: computeNextTickIfAny },
    });
  }

  /**
   * Looks every half a minute whether each schedule has a next tick, until the signal aborts. One that has none is an `error` line
   * and gets one as soon as one can be found: its pattern or time zone may be unknown to the host that made the last tick.
   */
  async watchTicks(backend: JobBackend, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(CHECK_INTERVAL_MS, undefined, { ref: false, signal }).catch(() => undefined);
      // A store that is unavailable is on the log, and has its turn the next time.
      if (!signal.aborted) await this.restoreMissingTicks(backend).catch(() => undefined);
    }
  }

  /** Gives a next tick to each schedule of the configuration that has none. */
  async restoreMissingTicks(backend: JobBackend): Promise<void> {
    const { store, schedules } = this.#options;
    const queue = store.openTickQueue(backend, TICK_QUEUE_SETTINGS);
    for (const [name, config] of Object.entries(schedules)) {
      if (!(await this.#hasNext(queue, name))) await this.#upsert(queue, name, config);
    }
  }

  /** Those of the configuration, and when they are due. @param isStored - whether there is a store to be asked */
  async list(isStored: boolean): Promise<readonly ScheduleView[]> {
    const { store, schedules } = this.#options;
    const known = isStored
      ? await store.call((backend) => store.openTickQueue(backend, TICK_QUEUE_SETTINGS).getJobSchedulers(0, -1))
      : [];
    const nextOf = new Map(known.map(({ key, next }) => [key, next]));
    return Object.entries(schedules).map(([name, config]) => {
      const next = nextOf.get(name);
      return { name, config, nextAt: next === undefined ? undefined : new Date(next) };
    });
  }

  /** Makes the job of a schedule now, besides its ticks. @returns the id of the job */
  async runNow(name: string, config: ScheduleConfig): Promise<string> {
    const { id } = await this.#options.jobEnqueuer.enqueueTick(name, createScheduleRecord(config), `now-${Date.now()}`);
    return id;
  }

  /** A tick that was lost with the data of its store, or that could not be found, would be the last one. */
  async #hasNext(queue: JobQueue, name: string): Promise<boolean> {
    const { store } = this.#options;
    const findNext = async () => (await store.call(() => queue.getJobScheduler(name)))?.next;
    const next = await findNext();
    if (next === undefined) return false;
    if (await store.call(() => queue.getJob(`repeat:${name}:${next}`))) return true;
    // It may have ended between the two calls, and have been followed by another one.
    return (await findNext()) !== next;
  }

  async #upsert(queue: JobQueue, name: string, config: ScheduleConfig): Promise<void> {
    const { every, cron, timezone } = config;
    const repeat = every === undefined ? { ...(cron !== undefined && { pattern: cron }), tz: timezone } : { every };
    const template = { name, data: createScheduleRecord(config), opts: TICK_OPTIONS };
    const { store, logger } = this.#options;
    try {
      if (await store.call(() => queue.upsertJobScheduler(name, repeat, template))) return;
      logger.error({ schedule: name }, 'a schedule has no next tick; it is looked for again in half a minute');
    } catch (err) {
      if (err instanceof BusError) throw err;
      logger.error({ schedule: name, err }, 'a schedule has no next tick; it is looked for again in half a minute');
    }
  }

  async #processTick(tick: StoredJob): Promise<void> {
    const { jobEnqueuer, logger } = this.#options;
    const plan = scheduleRecord.parse(tick.data);
    const due = tick.id?.split(':').at(-1) ?? '';
    const lateMs = Date.now() - Number(due);
    if (plan.missed === 'skip' && isMissed(plan, lateMs)) {
      logger.info({ schedule: tick.name, lateMs }, 'a tick of a schedule was missed, and is skipped');
      return;
    }
    await jobEnqueuer.enqueueTick(tick.name, plan, due);
  }
}

function readDigest(data: unknown): string | undefined {
  const plan = scheduleRecord.safeParse(data);
  return plan.success ? plan.data.digest : undefined;
}
