import { type Clock, systemClock } from './clock';

/** The instant by which work must have ended. Handed down to whatever the work calls, so that hops never add their timeouts up. */
export class Deadline {
  private constructor(
    private readonly atMs: number,
    private readonly clock: Clock,
  ) {}

  /** The deadline `ms` milliseconds from now. */
  static in(ms: number, clock: Clock = systemClock): Deadline {
    return new Deadline(clock.nowMs() + ms, clock);
  }

  /** Milliseconds left, fractions included; 0 once it has passed. */
  remainingMs(): number {
    return Math.max(0, this.atMs - this.clock.nowMs());
  }

  get hasPassed(): boolean {
    return this.clock.nowMs() >= this.atMs;
  }

  /** The earlier of this deadline and the one `ms` milliseconds from now: a callee may get less time, never more. */
  limitTo(ms: number): Deadline {
    const atMs = this.clock.nowMs() + ms;
    return atMs < this.atMs ? new Deadline(atMs, this.clock) : this;
  }
}
