import type { PolicyEnvironment } from '../policy-environment';
import type { PolicyEvent } from '../policy-event';
import type { BreakerDecision, BreakerOutcome, BreakerPermit, BreakerRejection } from './breaker-decision';
import { RollingCounts } from './rolling-counts';

/** When a circuit breaker opens, and for how long. */
export interface CircuitBreakerOptions {
  /** So many calls in a row that have failed open it … */
  readonly consecutive: number;
  /** … or this share of the calls, 0 to 1 … */
  readonly ratio: number;
  /** … of at least so many … */
  readonly minimum: number;
  /** … within this time. */
  readonly windowMs: number;
  /** How long it is open at first, ± 20 %. Doubles with each probe that fails. */
  readonly openForMs: number;
  /** The longest it is open before the next probe. */
  readonly maxOpenForMs: number;
}

/** Everything goes through, nothing does, or one probe is under way (Nygard, "Release It!"). */
export type BreakerState = 'closed' | 'open' | 'halfOpen';

type State =
  | { readonly kind: 'closed'; readonly pass: BreakerPermit }
  | { readonly kind: 'open'; readonly probeAtMs: number; readonly outage: Outage }
  | { readonly kind: 'halfOpen'; readonly pass: BreakerPermit; readonly outage: Outage };

interface Outage {
  readonly sinceMs: number;
  readonly failedProbes: number;
  /** Since the last probe. The next time is no shorter, whatever the jitter. */
  readonly openForMs: number;
}

type OpeningFacts = Pick<Extract<PolicyEvent, { type: 'breakerOpened' }>, 'cause' | 'calls' | 'failures'>;

const PROBE_IN_PROGRESS: BreakerRejection = { isAllowed: false, retryAfterMs: 0 };
const JITTER = 0.2;

/**
 * Leaves an upstream alone that keeps failing, and finds out by one call at a time whether it is well again.
 *
 * Not cockatiel's (3.2), whose half-open state lets calls wait for the probe and closes when the probe is cancelled, whose
 * sampling still counts the failures before an idle hour, and whose promises cost 300 ns a call. Here a call through the
 * closed breaker allocates nothing: one pass serves all calls of a closed stretch. What ends after its stretch has ended
 * carries a pass that is no longer known, and so cannot open a breaker that has just closed.
 */
export class CircuitBreaker {
  readonly #window: RollingCounts;
  #state: State = { kind: 'closed', pass: createPermit() };
  #consecutiveFailures = 0;

  constructor(
    private readonly options: CircuitBreakerOptions,
    private readonly environment: PolicyEnvironment,
  ) {
    this.#window = new RollingCounts(options.windowMs);
  }

  get state(): BreakerState {
    return this.#state.kind;
  }

  /** Whoever gets a pass hands it to {@link record} once, however the call ends: a probe nobody reports on is waited for. */
  tryAcquire(): BreakerDecision {
    const state = this.#state;
    if (state.kind === 'closed') return state.pass;
    return state.kind === 'open' ? this.#tryProbe(state.probeAtMs, state.outage) : PROBE_IN_PROGRESS;
  }

  record(pass: BreakerPermit, outcome: BreakerOutcome): void {
    const state = this.#state;
    if (state.kind === 'open' || state.pass !== pass) return;
    if (state.kind === 'halfOpen') this.#settleProbe(state.outage, outcome);
    else if (outcome === 'success') this.#countSuccess();
    else if (outcome === 'failure') this.#countFailure();
  }

  #tryProbe(probeAtMs: number, outage: Outage): BreakerDecision {
    const retryAfterMs = probeAtMs - this.environment.clock.nowMs();
    if (retryAfterMs > 0) return { isAllowed: false, retryAfterMs };
    const pass = createPermit();
    this.#state = { kind: 'halfOpen', pass, outage };
    return pass;
  }

  #settleProbe(outage: Outage, outcome: BreakerOutcome): void {
    switch (outcome) {
      case 'success':
      case 'rejected':
        return this.#close(outage);
      case 'failure':
      case 'failedAgain':
        return this.#open({ cause: 'probe', calls: 1, failures: 1 }, outage);
      case 'cancelled':
        this.#state = { kind: 'open', probeAtMs: this.environment.clock.nowMs(), outage };
    }
  }

  #countSuccess(): void {
    this.#consecutiveFailures = 0;
    this.#window.countSuccess(this.environment.clock.nowMs());
  }

  #countFailure(): void {
    const { consecutive, ratio, minimum } = this.options;
    const inARow = ++this.#consecutiveFailures;
    this.#window.countFailure(this.environment.clock.nowMs());
    const { calls, failures } = this.#window;
    if (inARow >= consecutive) this.#open({ cause: 'consecutive', calls: inARow, failures: inARow });
    else if (calls >= minimum && failures >= ratio * calls) this.#open({ cause: 'ratio', calls, failures });
  }

  #open(opening: OpeningFacts, before?: Outage): void {
    const { name, clock, onEvent } = this.environment;
    const nowMs = clock.nowMs();
    const failedProbes = before ? before.failedProbes + 1 : 0;
    const openForMs = Math.max(before?.openForMs ?? 0, this.#computeOpenForMs(failedProbes));
    const outage = { sinceMs: before?.sinceMs ?? nowMs, failedProbes, openForMs };
    this.#state = { kind: 'open', probeAtMs: nowMs + openForMs, outage };
    onEvent({ type: 'breakerOpened', name, openForMs, ...opening });
  }

  /** Jittered, so that the hosts of a bus do not probe together. */
  #computeOpenForMs(failedProbes: number): number {
    const { openForMs, maxOpenForMs } = this.options;
    const nominalMs = Math.min(maxOpenForMs, openForMs * 2 ** failedProbes);
    return Math.min(maxOpenForMs, nominalMs * (1 - JITTER + 2 * JITTER * this.environment.random()));
  }

  #close({ sinceMs }: Outage): void {
    const { name, clock, onEvent } = this.environment;
    this.#state = { kind: 'closed', pass: createPermit() };
    this.#consecutiveFailures = 0;
    this.#window.clear();
    onEvent({ type: 'breakerClosed', name, outageMs: clock.nowMs() - sinceMs });
  }
}

function createPermit(): BreakerPermit {
  return { isAllowed: true };
}
