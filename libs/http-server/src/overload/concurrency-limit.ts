import type { EventLoopSample } from './event-loop-sample';

/** A request meets the rest of the turn it comes in, and the whole of the turn that goes on with it. */
const TICKS_PER_REQUEST = 2;
/** One late turn is an accident, such as a collection of garbage, … */
const MIN_LATE_TICKS = 2;
/** … and what has passed in less is a burst. */
const MIN_LATE_MS = 500;
/** A turn in which no more were answered is long because of one of them, or of something else: fewer would not make it shorter. */
const FEW_REQUESTS = 3;
/** Turns in time that make up for a late one. */
const LATE_TICK_DECAY = 0.1;
const MIN_CUT_FACTOR = 0.2;
/** Per sample in time: half as much again in a second. */
const GROWTH_FACTOR = 1.008;
/** So many do not keep a loop late that is not late without them. */
const MIN_LIMIT = 16;

/**
 * How many requests may be under way at once.
 *
 * The limit is as configured while the loop is in time. What requests do after they have waited for something cannot be put off
 * any more; where it keeps the loop late, fewer are let in, until it is not: additive increase and multiplicative decrease, on the
 * lateness of the loop.
 */
export class ConcurrencyLimit {
  readonly #maxTickMs: number;
  #value: number;
  #lateTicks = 0;
  #lateMs = 0;
  #isLate = false;

  /**
   * @param max - what is configured
   * @param maxWaitMs - that a request may wait for the loop
   */
  constructor(
    private readonly max: number,
    private readonly maxWaitMs: number,
  ) {
    this.#value = max;
    this.#maxTickMs = maxWaitMs / TICKS_PER_REQUEST;
  }

  get value(): number {
    return this.#value;
  }

  /** Is the loop late with requests, since the last look at it? */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Moves the limit. */
  adapt({ lateMs, completed, peakInFlight }: EventLoopSample): void {
    const isOfRequests = completed > FEW_REQUESTS;
    this.#isLate = isOfRequests && lateMs > this.maxWaitMs;
    if (isOfRequests && lateMs > this.#maxTickMs) this.#recordLateTick(lateMs, peakInFlight);
    else this.#recordTimelyTick();
  }

  #recordTimelyTick(): void {
    this.#lateTicks = Math.max(0, this.#lateTicks - LATE_TICK_DECAY);
    if (this.#lateTicks === 0) this.#lateMs = 0;
    this.#value = Math.min(this.max, this.#value * GROWTH_FACTOR);
  }

  #recordLateTick(lateMs: number, peak: number): void {
    this.#lateTicks += 1;
    this.#lateMs += lateMs;
    if (this.#lateTicks < MIN_LATE_TICKS || this.#lateMs < MIN_LATE_MS) return;
    const cut = Math.min(this.#value, peak) * Math.max(MIN_CUT_FACTOR, this.#maxTickMs / lateMs);
    this.#value = Math.min(this.max, Math.max(MIN_LIMIT, cut));
  }
}
