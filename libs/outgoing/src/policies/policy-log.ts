import type { PolicyEvent, PolicyListener } from '@trunkline/resilience';
import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';

/** An upstream that is dead is told of by the opening of its breaker; a line for each call would bury that. */
const MIN_INTERVAL_MS = 1_000;

type Line = readonly [level: 'debug' | 'info' | 'warn', message: string];

/** What is told of each decision; nothing of a retry, which is logged with the call that it is of. */
const LINES: Readonly<Partial<Record<PolicyEvent['type'], Line>>> = {
  holdBegan: ['warn', 'connection is on hold, as the upstream has asked'],
  holdExtended: ['debug', 'connection is on hold for longer'],
  holdEnded: ['info', 'connection is no longer on hold'],
  breakerOpened: ['warn', 'circuit breaker opened'],
  breakerClosed: ['info', 'circuit breaker closed'],
  bulkheadRejected: ['warn', 'outgoing call found no place in the bulkhead'],
  retryRefused: ['debug', 'outgoing call will not be retried'],
  deadlineSkipped: ['debug', 'attempt was not made, as the deadline comes before its end'],
  hedged: ['debug', 'another attempt began beside a slow one'],
};
const BUDGET_EXHAUSTED: Line = ['warn', 'retry budget is used up'];

/**
 * Logs what policies decide, a line for each decision. What a dead upstream causes with every call has one line a second at
 * most, with the number of those that had none (`unlogged`).
 */
export function createPolicyLogger(logger: Logger, clock: Clock): PolicyListener {
  const rejected = new LogThrottle(clock);
  const refused = new LogThrottle(clock);
  return (event) => {
    const isBudget = event.type === 'retryRefused' && event.reason === 'budget';
    const line = isBudget ? BUDGET_EXHAUSTED : LINES[event.type];
    if (!line) return;
    const [level, message] = line;
    const say = (more: { readonly unlogged?: number }) => logger[level]({ ...toLogFields(event), ...more }, message);
    if (isBudget) refused.log(say);
    else if (event.type === 'bulkheadRejected') rejected.log(say);
    else say({});
  };
}

function toLogFields({ type: _type, name, ...facts }: PolicyEvent): object {
  const rounded = Object.entries(facts).map(([key, fact]) => [key, typeof fact === 'number' ? Math.round(fact) : fact]);
  return { connection: name, ...Object.fromEntries(rounded) };
}

/** Lets something be said at most once in a while, and counts what was not. */
class LogThrottle {
  #nextAtMs = 0;
  #unlogged = 0;

  constructor(private readonly clock: Clock) {}

  log(line: (more: { readonly unlogged?: number }) => void): void {
    const nowMs = this.clock.nowMs();
    if (nowMs < this.#nextAtMs) {
      this.#unlogged += 1;
      return;
    }
    line(this.#unlogged > 0 ? { unlogged: this.#unlogged } : {});
    this.#unlogged = 0;
    this.#nextAtMs = nowMs + MIN_INTERVAL_MS;
  }
}
