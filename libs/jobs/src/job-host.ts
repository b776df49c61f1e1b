import { setTimeout as sleep } from 'node:timers/promises';
import type { Invoker } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { Attempts } from './attempt/attempts';
import type { JobBackend } from './backend/job-backend';
import type { JobOptions } from './configuration/job-options';
import type { JobStore } from './job-store';
import { JobWorkers } from './job-workers';
import type { Lanes } from './lane/lanes';
import { Retention } from './retention';
import type { Schedules } from './schedule/schedules';

/** What a host runs jobs with. */
export interface JobHostOptions {
  readonly store: JobStore;
  readonly lanes: Lanes;
  readonly schedules: Schedules;
  readonly invoker: Invoker;
  /** How long a host may do nothing for its jobs, and how long jobs are given back or kept. */
  readonly jobs: Pick<JobOptions, 'lock' | 'retention' | 'unknownService'>;
  readonly logger: Logger;
}

const TRY_AGAIN_MS = 1_000;

/** A process that runs jobs and does the ticks of schedules. */
export class JobHost {
  readonly #attempts: Attempts;
  readonly #workers: JobWorkers;
  readonly #schedules: Schedules;
  readonly #retention: Retention;
  readonly #ending = new AbortController();

  constructor({ store, lanes, schedules, invoker, jobs, logger }: JobHostOptions) {
    const lockMs = jobs.lock;
    this.#attempts = new Attempts({ invoker, store, lockMs, unknownServiceMs: jobs.unknownService.for, logger });
    this.#workers = new JobWorkers({ store, lanes, attempts: this.#attempts, lockMs, logger });
    this.#schedules = schedules;
    this.#retention = new Retention(store, jobs.retention);
  }

  /** Begins to run jobs. What the store has to be told or asked before is made up for when it is away. */
  async start(backend: JobBackend): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#workers.start(backend);
    if (this.#schedules.isAny) this.#workers.keep(this.#schedules.work(backend));
    if (!(await this.#settle(backend))) void this.#settleLater(backend);
    if (this.#schedules.isAny) void this.#schedules.keepUp(backend, this.#ending.signal);
    void this.#retention.keepUp();
  }

  async stopTaking(): Promise<void> {
    this.#ending.abort();
    this.#retention.end();
    await this.#workers.stopTaking();
  }

  finish(graceMs: number): Promise<void> {
    return this.#attempts.finish(graceMs);
  }

  close(): Promise<void> {
    this.#ending.abort();
    return this.#workers.close();
  }

  async #settleLater(backend: JobBackend): Promise<void> {
    do await sleep(TRY_AGAIN_MS, undefined, { ref: false });
    while (!this.#ending.signal.aborted && !(await this.#settle(backend)));
  }

  /** @returns whether the store could be asked */
  async #settle(backend: JobBackend): Promise<boolean> {
    try {
      await this.#workers.takeUpLeftovers(backend);
      await this.#schedules.apply(backend);
      return true;
    } catch {
      // The store has said so on the log.
      return false;
    }
  }
}
