import type { PolicyEvent } from '@trunkline/resilience';
import type { Logger, LogFn } from '@trunkline/telemetry';
import { policies } from '../policies';
import { createPolicyLogger } from './policy-log';

/** What is logged of events, and the time in the hand of a spec. */
class Recorder {
  readonly lines: (readonly [level: string, fields: object | string, message: string | undefined])[] = [];
  nowMs = 0;
  readonly #logger: Logger = {
    debug: this.#at('debug'),
    info: this.#at('info'),
    warn: this.#at('warn'),
    error: this.#at('error'),
    child: () => this.#logger,
    isLevelEnabled: () => true,
  };
  readonly hear: (event: PolicyEvent) => void = createPolicyLogger(
    this.#logger,
    { nowMs: () => this.nowMs },
    policies.logLines,
  );

  #at(level: string): LogFn {
    return (fields: object | string, message?: string) => this.lines.push([level, fields, message]);
  }
}

const rejected: PolicyEvent = { type: 'bulkheadRejected', name: 'CRM', reason: 'full', inUse: 64, waiting: 64 };
const refused: PolicyEvent = { type: 'retryRejected', name: 'CRM', attempt: 2, reason: 'budget' };

describe('the log of policies', () => {
  it.each<[PolicyEvent, string, object, string]>([
    [
      { type: 'breakerOpened', name: 'CRM', cause: 'consecutive', calls: 5, failures: 5, openForMs: 4_800.4 },
      'warn',
      { connection: 'CRM', cause: 'consecutive', calls: 5, failures: 5, openForMs: 4_800 },
      'circuit breaker opened',
    ],
    [
      { type: 'breakerClosed', name: 'CRM', outageMs: 7_000 },
      'info',
      { connection: 'CRM', outageMs: 7_000 },
      'circuit breaker closed',
    ],
    [
      { type: 'retryRejected', name: 'CRM', attempt: 4, reason: 'attemptsUsed' },
      'debug',
      { connection: 'CRM', attempt: 4, reason: 'attemptsUsed' },
      'outgoing call will not be retried',
    ],
    [
      { type: 'deadlineSkipped', name: 'CRM', neededMs: 120, remainingMs: 80 },
      'debug',
      { connection: 'CRM', neededMs: 120, remainingMs: 80 },
      'attempt was skipped, as it would exceed the deadline',
    ],
    [
      { type: 'hedged', name: 'CRM', extra: 1, afterMs: 20 },
      'debug',
      { connection: 'CRM', extra: 1, afterMs: 20 },
      'hedged attempt started beside a slow one',
    ],
  ])('has a line for %j', (event, level, fields, message) => {
    const recorder = new Recorder();

    recorder.hear(event);

    expect(recorder.lines).toEqual([[level, fields, message]]);
  });

  it.each([rejected, refused])('has one line per second for $type, with the number of suppressed ones', (event) => {
    const recorder = new Recorder();

    for (let call = 0; call < 1_000; call += 1) recorder.hear(event);
    recorder.nowMs += 1_000;
    recorder.hear(event);

    expect(recorder.lines).toHaveLength(2);
    expect(recorder.lines[0]?.[1]).not.toHaveProperty('unlogged');
    expect(recorder.lines[1]?.[1]).toHaveProperty('unlogged', 999);
  });

  it('does not log a retry, which is logged with its call', () => {
    const recorder = new Recorder();

    recorder.hear({ type: 'retry', name: 'CRM', attempt: 2, delayMs: 10 });

    expect(recorder.lines).toEqual([]);
  });
});
