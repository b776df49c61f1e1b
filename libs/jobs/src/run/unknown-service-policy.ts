import type { Logger } from '@trunkline/telemetry';
import type { JobData } from '../queues/job-data';
import { UnknownServiceError } from './unknown-service-error';

const WARNING_INTERVAL_MS = 60_000;
const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 5_000;
/**
 * Short delays before each long one. When a delay has passed, all hosts wake up at once, and the one that released the job may take it
 * again: several chances give it to a host that has its service.
 */
const MAX_HANDOVERS = 5;
const HANDOVER_DELAY_MS = 50;

/** Time limit and collaborators of an {@link UnknownServicePolicy}. */
export interface UnknownServicePolicyOptions {
  /** How long such a job is released before it becomes a dead letter. */
  readonly deadLetterAfterMs: number;
  readonly logger: Logger;
  /** Default: the clock of the process. */
  readonly nowMs?: () => number;
}

/** How a job is put back for a host that has its service. */
export interface DelayedRelease {
  /** The data to store with the job. */
  readonly data: JobData;
  /** Time until a host may take the job again. */
  readonly delayMs: number;
}

/**
 * Handles jobs whose service this host does not have: during a rolling deployment, another host may have it. Such a job is released
 * until its time limit. A `warn` line is logged at most once a minute for each service.
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
   * Plans the release of a job.
   *
   * @param attempt - number of the attempt; its time limit does not include the waits of earlier attempts
   * @throws {UnknownServiceError} when the time limit of the attempt has passed
   */
  planRelease(data: JobData, attempt: number): DelayedRelease {
    const nowMs = this.#nowMs();
    const unknown = data.unknown?.attempt === attempt ? data.unknown : { attempt, sinceMs: nowMs, handovers: 0 };
    const waitedMs = Math.max(0, nowMs - unknown.sinceMs);
    if (waitedMs >= this.#deadLetterAfterMs) throw new UnknownServiceError(data.service, waitedMs);
    this.#warn(data.service, nowMs);
    const isHandover = unknown.handovers < MAX_HANDOVERS;
    const handovers = isHandover ? unknown.handovers + 1 : 0;
    const wantedMs = isHandover ? HANDOVER_DELAY_MS : Math.min(Math.max(MIN_DELAY_MS, waitedMs), MAX_DELAY_MS);
    const delayMs = Math.min(wantedMs, this.#deadLetterAfterMs - waitedMs);
    return { data: { ...data, unknown: { ...unknown, handovers } }, delayMs };
  }

  #warn(service: string, nowMs: number): void {
    const warnedAtMs = this.#warnedAtMs.get(service);
    if (warnedAtMs !== undefined && nowMs - warnedAtMs < WARNING_INTERVAL_MS) return;
    this.#warnedAtMs.set(service, nowMs);
    this.#logger.warn({ service }, 'jobs are released: this host does not have their service');
  }
}
