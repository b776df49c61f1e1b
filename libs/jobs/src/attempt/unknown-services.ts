import type { Logger } from '@trunkline/telemetry';
import type { JobData } from '../job/job-data';
import { UnknownServiceError } from './unknown-service-error';

const WARNED_EVERY_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5_000;

/** What is done with jobs whose service this host does not have. */
export interface UnknownServicesOptions {
  /** How long such a job is given back before it is a dead letter. */
  readonly patienceMs: number;
  readonly logger: Logger;
  /** Default: the clock of the process. */
  readonly now?: () => number;
}

/** A job that is to be given back, for a host that has its service. */
export interface GivenBack {
  /** What is kept of it. */
  readonly data: JobData;
  /** How long it is not to be taken. */
  readonly waitMs: number;
}

/**
 * Jobs for services that this host does not have: while hosts are replaced one by one, another one may have them. They are given back
 * until they have waited for too long; a `warn` line a minute says so of each service.
 */
export class UnknownServices {
  readonly #patienceMs: number;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #warnedAtMs = new Map<string, number>();

  constructor({ patienceMs, logger, now = Date.now }: UnknownServicesOptions) {
    this.#patienceMs = patienceMs;
    this.#logger = logger;
    this.#now = now;
  }

  /**
   * @param attempt - its number; the time that earlier attempts had to wait for does not count
   * @throws {UnknownServiceError} when it has waited for too long
   */
  giveBack(data: JobData, attempt: number): GivenBack {
    const nowMs = this.#now();
    const unknown = data.unknown?.attempt === attempt ? data.unknown : { attempt, sinceMs: nowMs };
    const waitedMs = Math.max(0, nowMs - unknown.sinceMs);
    if (waitedMs >= this.#patienceMs) throw new UnknownServiceError(data.service, waitedMs);
    this.#warn(data.service, nowMs);
    const waitMs = Math.min(Math.max(FIRST_WAIT_MS, waitedMs), LONGEST_WAIT_MS, this.#patienceMs - waitedMs);
    return { data: { ...data, unknown }, waitMs };
  }

  #warn(service: string, nowMs: number): void {
    const warnedAtMs = this.#warnedAtMs.get(service);
    if (warnedAtMs !== undefined && nowMs - warnedAtMs < WARNED_EVERY_MS) return;
    this.#warnedAtMs.set(service, nowMs);
    this.#logger.warn({ service }, 'jobs are given back: this host does not have their service');
  }
}
