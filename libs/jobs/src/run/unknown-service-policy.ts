import type { Logger } from '@trunkline/telemetry';
import type { JobData } from '../queues/job-data';
import { UnknownServiceError } from './unknown-service-error';

const WARNING_INTERVAL_MS = 60_000;
const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 5_000;

/** What is done with jobs whose service this host does not have. */
export interface UnknownServicePolicyOptions {
  /** How long such a job is given back before it is a dead letter. */
  readonly deadLetterAfterMs: number;
  readonly logger: Logger;
  /** Default: the clock of the process. */
  readonly nowMs?: () => number;
}

/** A job that is to be given back, for a host that has its service. */
export interface DelayedRelease {
  /** What is kept of it. */
  readonly data: JobData;
  /** How long it is not to be taken. */
  readonly delayMs: number;
}

/**
 * Jobs for services that this host does not have: while hosts are replaced one by one, another one may have them. They are given back
 * until they have waited for too long; a `warn` line a minute says so of each service.
 */
export class UnknownServicePolicy {
  readonly #deadLetterAfterMs: number;
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  readonly #warnedAtMs = new Map<string, number>();

  constructor({ deadLetterAfterMs, logger, nowMs = Date.now }: UnknownServicePolicyOptions) {
    this.#deadLetterAfterMs = deadLetterAfterMs;
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /**
   * @param attempt - its number; the time that earlier attempts had to wait for does not count
   * @throws {UnknownServiceError} when it has waited for too long
   */
  planRelease(data: JobData, attempt: number): DelayedRelease {
    const nowMs = this.#nowMs();
    const unknown = data.unknown?.attempt === attempt ? data.unknown : { attempt, sinceMs: nowMs };
    const waitedMs = Math.max(0, nowMs - unknown.sinceMs);
    if (waitedMs >= this.#deadLetterAfterMs) throw new UnknownServiceError(data.service, waitedMs);
    this.#warn(data.service, nowMs);
    const delayMs = Math.min(Math.max(MIN_DELAY_MS, waitedMs), MAX_DELAY_MS, this.#deadLetterAfterMs - waitedMs);
    return { data: { ...data, unknown }, delayMs };
  }

  #warn(service: string, nowMs: number): void {
    const warnedAtMs = this.#warnedAtMs.get(service);
    if (warnedAtMs !== undefined && nowMs - warnedAtMs < WARNING_INTERVAL_MS) return;
    this.#warnedAtMs.set(service, nowMs);
    this.#logger.warn({ service }, 'jobs are given back: this host does not have their service');
  }
}
