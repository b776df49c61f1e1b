import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';

/** Minimum interval between lines about an ongoing outage. */
const REPEAT_INTERVAL_MS = 60_000;

/** Logger and messages of an outage log. */
export interface OutageLogOptions {
  readonly logger: Logger;
  /** The message of an outage. */
  readonly downMessage: string;
  /** The message of the recovery. */
  readonly recoveredMessage: string;
  /** Default: the clock of the process. */
  readonly clock?: Clock;
}

/**
 * Logs outages: a warning at the first failure, then one a minute with the number of failures since the last, and an info on recovery. The
 * number of failing requests does not affect the number of lines.
 */
export class OutageLog {
  readonly #options: OutageLogOptions;
  readonly #clock: Clock;
  #isLogged = false;
  #loggedAtMs = Number.NEGATIVE_INFINITY;
  #failureCount = 0;

  constructor(options: OutageLogOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Records a failure. */
  recordFailure(reason: Error): void {
    this.#failureCount += 1;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#loggedAtMs < REPEAT_INTERVAL_MS) return;
    const { logger, downMessage } = this.#options;
    logger.warn({ reason: describeReason(reason), times: this.#failureCount }, downMessage);
    this.#isLogged = true;
    this.#loggedAtMs = nowMs;
    this.#failureCount = 0;
  }

  /** Records a success. */
  recordSuccess(): void {
    if (!this.#isLogged) return;
    const { logger, recoveredMessage } = this.#options;
    logger.info({ times: this.#failureCount }, recoveredMessage);
    this.#isLogged = false;
    this.#failureCount = 0;
  }
}

/** Prefers the cause, since the message is for clients. An AggregateError of several addresses has a code, but no message. */
function describeReason({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  return cause.message || String(Reflect.get(cause, 'code') ?? message);
}
