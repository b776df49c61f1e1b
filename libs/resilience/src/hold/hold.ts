import type { PolicyEnvironment } from '../policy-environment';
import type { HoldEvent } from './hold-event';

/** How far a hold that an upstream requests is obeyed. */
export interface HoldOptions {
  /** Longest time of a single hold. */
  readonly maxMs: number;
}

/** Timers of Node may fire a fraction of a millisecond early: a call that has waited for the end is not rejected then. */
const TIMER_TOLERANCE_MS = 1;

/**
 * A period without calls that an upstream has requested (`Retry-After`). It applies to all calls of a connection. Each request is
 * bounded by `maxMs`, and the hold lasts until the latest end that was requested.
 */
export class Hold {
  /** 0 where there is no hold. */
  #untilMs = 0;
  #sinceMs = 0;

  constructor(
    private readonly options: HoldOptions,
    private readonly environment: PolicyEnvironment<HoldEvent>,
  ) {}

  /** Milliseconds until the hold ends; 0 where there is none. Emits `holdEnded` when it is over. */
  remainingMs(): number {
    if (this.#untilMs === 0) return 0;
    const remainingMs = this.#untilMs - this.environment.clock.nowMs();
    if (remainingMs > TIMER_TOLERANCE_MS) return remainingMs;
    this.#end();
    return 0;
  }

  /** Starts or extends the hold, as the upstream requests. */
  start(forMs: number): void {
    const { clock, name, onEvent } = this.environment;
    const nowMs = clock.nowMs();
    const boundedMs = Math.min(forMs, this.options.maxMs);
    const untilMs = nowMs + boundedMs;
    const isOnHold = this.remainingMs() > 0;
    if (boundedMs <= TIMER_TOLERANCE_MS || (isOnHold && untilMs <= this.#untilMs)) return;
    this.#untilMs = untilMs;
    if (!isOnHold) this.#sinceMs = nowMs;
    onEvent({ type: isOnHold ? 'holdExtended' : 'holdBegan', name, forMs: boundedMs, askedMs: forMs });
  }

  #end(): void {
    const { name, onEvent } = this.environment;
    const lastedMs = this.#untilMs - this.#sinceMs;
    this.#untilMs = 0;
    onEvent({ type: 'holdEnded', name, lastedMs });
  }
}
