import type { PolicyEvent, PolicyListener } from '@trunkline/resilience';
import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';

/** An upstream that is dead is told of by the opening of its breaker; a line for each call would bury that. */
const BETWEEN_LINES_MS = 1_000;

/**
 * Logs what policies decide, a line for each decision. What a dead upstream causes with every call has one line a second at
 * most, with the number of those that had none (`unlogged`). A retry is logged with the call that it is of, not here.
 */
export function policyLog(logger: Logger, clock: Clock): PolicyListener {
  const rejected = new Occasionally(clock);
  const refused = new Occasionally(clock);
  return (event) => {
    const fields = fieldsOf(event);
    switch (event.type) {
      case 'breakerOpened':
        return logger.warn(fields, 'circuit breaker opened');
      case 'breakerClosed':
        return logger.info(fields, 'circuit breaker closed');
      case 'bulkheadRejected':
        return rejected.say((more) =>
          logger.warn({ ...fields, ...more }, 'outgoing call found no place in the bulkhead'),
        );
      case 'retryRefused':
        if (event.reason !== 'budget') return logger.debug(fields, 'outgoing call will not be tried again');
        return refused.say((more) => logger.warn({ ...fields, ...more }, 'retry budget is used up'));
      case 'deadlineSkipped':
        return logger.debug(fields, 'attempt was not made, as the deadline comes before its end');
      case 'hedged':
        return logger.debug(fields, 'another attempt began beside a slow one');
      case 'retry':
    }
  };
}

function fieldsOf({ type: _type, name, ...facts }: PolicyEvent): object {
  const rounded = Object.entries(facts).map(([key, fact]) => [key, typeof fact === 'number' ? Math.round(fact) : fact]);
  return { connection: name, ...Object.fromEntries(rounded) };
}

/** Lets something be said at most once in a while, and counts what was not. */
class Occasionally {
  #nextAtMs = 0;
  #unlogged = 0;

  constructor(private readonly clock: Clock) {}

  say(line: (more: { readonly unlogged?: number }) => void): void {
    const nowMs = this.clock.nowMs();
    if (nowMs < this.#nextAtMs) {
      this.#unlogged += 1;
      return;
    }
    line(this.#unlogged > 0 ? { unlogged: this.#unlogged } : {});
    this.#unlogged = 0;
    this.#nextAtMs = nowMs + BETWEEN_LINES_MS;
  }
}
