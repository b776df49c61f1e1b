import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';
import type { LogLine } from '../outgoing-policy';

/** The opening of the breaker reports an unavailable upstream. A line for each call would hide it. */
const MIN_INTERVAL_MS = 1_000;

/** A decision of a policy. */
export interface LoggedEvent {
  readonly type: string;
  /** Name of the connection. */
  readonly name: string;
  readonly reason?: string;
}

/**
 * Logs the decisions of policies, one line for each. Decisions that an unavailable upstream causes with every call have one line per
 * second at most, with the number of suppressed lines (`unlogged`).
 *
 * @param lines - by type of event, or by type and reason
 */
export function createPolicyLogger(
  logger: Logger,
  clock: Clock,
  lines: ReadonlyMap<string, LogLine>,
): (event: LoggedEvent) => void {
  const throttles = new Map<LogLine, LogThrottle>();
  for (const line of lines.values()) if (line.isFrequent === true) throttles.set(line, new LogThrottle(clock));
  return (event) => {
    const line = lines.get(`${event.type}:${event.reason}`) ?? lines.get(event.type);
    if (!line) return;
    const { level, message } = line;
    const writeLine = (more: { readonly unlogged?: number }) =>
      logger[level]({ ...toLogFields(event), ...more }, message);
    const throttle = throttles.get(line);
    if (throttle) throttle.log(writeLine);
    else writeLine({});
  };
}

function toLogFields({ type: _type, name, ...facts }: LoggedEvent): object {
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
