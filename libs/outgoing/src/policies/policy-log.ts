import type { PolicyEvent, PolicyListener } from '@trunkline/resilience';
import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';

/** The opening of the breaker reports an unavailable upstream. A line for each call would hide it. */
const MIN_INTERVAL_MS = 1_000;

type Line = readonly [level: 'debug' | 'info' | 'warn', message: string];

/** The log line of each decision. A retry is logged with its call. */
const LINES: Readonly<Partial<Record<PolicyEvent['type'], Line>>> = {
  holdBegan: ['warn', 'connection is on hold, as the upstream has requested'],
  holdExtended: ['debug', 'hold of the connection was extended'],
  holdEnded: ['info', 'connection is no longer on hold'],
  breakerOpened: ['warn', 'circuit breaker opened'],
  breakerClosed: ['info', 'circuit breaker closed'],
  bulkheadRejected: ['warn', 'bulkhead rejected an outgoing call'],
  retryRefused: ['debug', 'outgoing call will not be retried'],
  deadlineSkipped: ['debug', 'attempt was skipped, as it would exceed the deadline'],
  hedged: ['debug', 'hedged attempt started beside a slow one'],
};
const BUDGET_EXHAUSTED: Line = ['warn', 'retry budget is exhausted'];

/**
 * Logs the decisions of policies, one line for each. Decisions that an unavailable upstream causes with every call have one line per
 * second at most, with the number of suppressed lines (`unlogged`).
 */
export function createPolicyLogger(logger: Logger, clock: Clock): PolicyListener {
  const rejected = new LogThrottle(clock);
  const budgetExhausted = new LogThrottle(clock);
  return (event) => {
    const isBudget = event.type === 'retryRefused' && event.reason === 'budget';
    const line = isBudget ? BUDGET_EXHAUSTED : LINES[event.type];
    if (!line) return;
    const [level, message] = line;
    const writeLine = (more: { readonly unlogged?: number }) =>
      logger[level]({ ...toLogFields(event), ...more }, message);
    if (isBudget) budgetExhausted.log(writeLine);
    else if (event.type === 'bulkheadRejected') rejected.log(writeLine);
    else writeLine({});
  };
}

function toLogFields({ type: _type, name, ...facts }: PolicyEvent): object {
  const rounded = Object.entries(facts).map(([key, fact]) => [key, typeof fact === 'number' ? Math.round(fact) : fact]);
  return { connection: name, ...Object.fromEntries(rounded) };
}

/** Writes at most one line per interval, and counts the suppressed ones. */
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
