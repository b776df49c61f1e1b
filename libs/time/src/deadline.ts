import { type Clock, systemClock } from './clock';

/** The instant by which work must have ended. Passed on to everything the work calls, so that timeouts of several hops do not add up. */
export class Deadline {
  private constructor(
    private readonly atMs: number,
    private readonly clock: Clock,
  ) {}

  /** Creates the deadline `ms` milliseconds from now. */
  static in(ms: number, clock: Clock = systemClock): Deadline {
    return new Deadline(clock.nowMs() + ms, clock);
  }

  /** Remaining milliseconds, with fractions; 0 after the deadline. */
  remainingMs(): number {
    return Math.max(0, this.atMs - this.clock.nowMs());
  }

  get hasPassed(): boolean {
    return this.clock.nowMs() >= this.atMs;
  }

  /** The earlier of this deadline and the one `ms` milliseconds from now: a callee can get less time, never more. */
  limitTo(ms: number): Deadline {
    const atMs = this.clock.nowMs() + ms;
    return atMs < this.atMs ? new Deadline(atMs, this.clock) : this;
  }
}
