import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';

/** At most one line in this time says that it is still down. */
const AGAIN_AFTER_MS = 60_000;

/** Where an outage is told of, and in which words. */
export interface OutageLogOptions {
  readonly logger: Logger;
  /** The sentence for what does not work. */
  readonly down: string;
  /** The sentence for what works again. */
  readonly back: string;
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
  #isTold = false;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #times = 0;

  constructor(options: OutageLogOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** It failed, once more. */
  failed(reason: Error): void {
    this.#times += 1;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#toldAtMs < AGAIN_AFTER_MS) return;
    const { logger, down } = this.#options;
    logger.warn({ reason: messageOf(reason), times: this.#times }, down);
    this.#isTold = true;
    this.#toldAtMs = nowMs;
    this.#times = 0;
  }

  /** It worked. */
  succeeded(): void {
    if (!this.#isTold) return;
    const { logger, back } = this.#options;
    logger.info({ times: this.#times }, back);
    this.#isTold = false;
    this.#times = 0;
  }
}

/** The cause knows more than what was made of it for clients. An AggregateError of several addresses has no text of its own. */
function messageOf({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  return cause.message || String(Reflect.get(cause, 'code') ?? message);
}
