import type { PolicyEnvironment } from '../policy-environment';

/** How far a system is obeyed that asks to be left alone. */
export interface HoldOptions {
  /** The longest that a single request to be left alone is obeyed for. */
  readonly maxMs: number;
}

/** Timers of Node may fire a fraction of a millisecond early: what was told to wait for the end is not rejected at the end. */
const TIMER_TOLERANCE_MS = 1;

/**
 * The time for which a system has asked to be left alone, over all calls of a connection. Of several requests the one that ends last
 * counts, each of them bounded.
 */
export class Hold {
  /** 0: there is none. */
  #untilMs = 0;
  #sinceMs = 0;

  constructor(
    private readonly options: HoldOptions,
    private readonly environment: PolicyEnvironment,
  ) {}

  /** Milliseconds that are left; 0 where calls may be made. */
  remainingMs(): number {
    if (this.#untilMs === 0) return 0;
    const remainingMs = this.#untilMs - this.environment.clock.nowMs();
    if (remainingMs > TIMER_TOLERANCE_MS) return remainingMs;
    this.#end();
    return 0;
  }

  /** The system has asked to be left alone for so long. */
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
