import type { PolicyEnvironment } from '../policy-environment';
import type { BreakerDecision, BreakerOutcome, BreakerPermit, BreakerRejection } from './breaker-decision';
import type { BreakerEvent, BreakerOpenedEvent } from './breaker-event';
import { RollingCounts } from './rolling-counts';

/** When a circuit breaker opens, and for how long. */
export interface CircuitBreakerOptions {
  /** Number of consecutive failures that opens the breaker. */
  readonly consecutive: number;
  /** Share of failed calls that opens the breaker, 0 to 1. */
  readonly ratio: number;
  /** Least number of calls for which `ratio` applies. */
  readonly minimum: number;
  /** Time over which `ratio` is measured. */
  readonly windowMs: number;
  /** How long the breaker is open at first, ± 20 %. Doubles with each probe that fails. */
  readonly openForMs: number;
  /** Longest time before the next probe. */
  readonly maxOpenForMs: number;
}

/** `closed`: calls are admitted; `open`: calls are rejected; `halfOpen`: one probe is running (Nygard, "Release It!"). */
export type BreakerState = 'closed' | 'open' | 'halfOpen';

type State =
  | { readonly kind: 'closed'; readonly permit: BreakerPermit }
  | { readonly kind: 'open'; readonly probeAtMs: number; readonly outage: Outage }
  | { readonly kind: 'halfOpen'; readonly permit: BreakerPermit; readonly outage: Outage };

interface Outage {
  readonly sinceMs: number;
  readonly failedProbes: number;
  /** Since the last probe. The next time is never shorter, whatever the jitter. */
  readonly openForMs: number;
}

type OpeningFacts = Pick<BreakerOpenedEvent, 'cause' | 'calls' | 'failures'>;

const PROBE_IN_PROGRESS: BreakerRejection = { isAllowed: false, retryAfterMs: 0 };
const JITTER = 0.2;

/**
 * Rejects calls of an upstream that keeps failing, and probes with one call at a time whether it has recovered.
 *
 * The one of cockatiel (3.2) lets calls wait for the probe, closes when the probe is cancelled, counts failures from before an idle
 * hour, and costs every call promises. Here a call through the closed breaker allocates nothing: one permit serves all calls until the
 * breaker opens. A call that ends later has an outdated permit, and cannot open a breaker that has just closed.
 */
export class CircuitBreaker {
  readonly #window: RollingCounts;
  #state: State = { kind: 'closed', permit: createPermit() };
  #consecutiveFailures = 0;

  constructor(
    private readonly options: CircuitBreakerOptions,
    private readonly environment: PolicyEnvironment<BreakerEvent>,
  ) {
    this.#window = new RollingCounts(options.windowMs);
  }

  get state(): BreakerState {
    return this.#state.kind;
  }

  /** Requests a permit. The caller passes it to {@link record} once, however the call ends: the breaker waits for its probe. */
  tryAcquire(): BreakerDecision {
    const state = this.#state;
    if (state.kind === 'closed') return state.permit;
    return state.kind === 'open' ? this.#tryProbe(state.probeAtMs, state.outage) : PROBE_IN_PROGRESS;
  }

  record(permit: BreakerPermit, outcome: BreakerOutcome): void {
    const state = this.#state;
    if (state.kind === 'open' || state.permit !== permit) return;
    if (state.kind === 'halfOpen') this.#settleProbe(state.outage, outcome);
    else if (outcome === 'success') this.#countSuccess();
    else if (outcome === 'failure') this.#countFailure();
  }

  #tryProbe(probeAtMs: number, outage: Outage): BreakerDecision {
    const retryAfterMs = probeAtMs - this.environment.clock.nowMs();
    if (retryAfterMs > 0) return { isAllowed: false, retryAfterMs };
    const permit = createPermit();
    this.#state = { kind: 'halfOpen', permit, outage };
    return permit;
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
    const consecutiveFailures = ++this.#consecutiveFailures;
    this.#window.countFailure(this.environment.clock.nowMs());
    const { calls, failures } = this.#window;
    if (consecutiveFailures >= consecutive)
      this.#open({ cause: 'consecutive', calls: consecutiveFailures, failures: consecutiveFailures });
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

  /** Jitter keeps the hosts of a bus from probing at the same time. */
  #computeOpenForMs(failedProbes: number): number {
    const { openForMs, maxOpenForMs } = this.options;
    const nominalMs = Math.min(maxOpenForMs, openForMs * 2 ** failedProbes);
    return Math.min(maxOpenForMs, nominalMs * (1 - JITTER + 2 * JITTER * this.environment.random()));
  }

  #close({ sinceMs }: Outage): void {
    const { name, clock, onEvent } = this.environment;
    this.#state = { kind: 'closed', permit: createPermit() };
    this.#consecutiveFailures = 0;
    this.#window.clear();
    onEvent({ type: 'breakerClosed', name, outageMs: clock.nowMs() - sinceMs });
  }
}

function createPermit(): BreakerPermit {
  return { isAllowed: true };
}
