import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';

/** At most one line in this time says that it is still down. */
const REPEAT_INTERVAL_MS = 60_000;

/** Where an outage is told of, and in which words. */
export interface OutageLogOptions {
  readonly logger: Logger;
  /** The sentence for what does not work. */
  readonly downMessage: string;
  /** The sentence for what works again. */
  readonly recoveredMessage: string;
  /** Default: that of the process. */
  readonly clock?: Clock;
}

/**
 * Tells of something that fails for a while: a warning at once, then one a minute with the number of failures since the last, and
 * an info when it works again. However many requests meet the outage, the log stays readable.
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

  /** It failed, once more. */
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

  /** It worked. */
  recordSuccess(): void {
    if (!this.#isLogged) return;
    const { logger, recoveredMessage } = this.#options;
    logger.info({ times: this.#failureCount }, recoveredMessage);
    this.#isLogged = false;
    this.#failureCount = 0;
  }
}

/** The cause knows more than what was made of it for clients. An AggregateError of several addresses has no text of its own. */
function describeReason({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  return cause.message || String(Reflect.get(cause, 'code') ?? message);
}
