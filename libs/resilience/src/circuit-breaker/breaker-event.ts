/** A change of the circuit breaker of the connection `name`. */
export type BreakerEvent = BreakerOpenedEvent | BreakerClosedEvent;

/** The breaker rejects calls for `openForMs`, because `failures` of the last `calls` failed. */
export interface BreakerOpenedEvent {
  readonly type: 'breakerOpened';
  readonly name: string;
  readonly cause: BreakerOpeningCause;
  readonly calls: number;
  readonly failures: number;
  readonly openForMs: number;
}

/** Why a circuit breaker opened: failures in a row, too large a share of them, or a probe that failed. */
type BreakerOpeningCause = 'consecutive' | 'ratio' | 'probe';

/** A probe succeeded after an outage of `outageMs`. */
interface BreakerClosedEvent {
  readonly type: 'breakerClosed';
  readonly name: string;
  readonly outageMs: number;
}
