import type { LoopSample } from './loop-sample';

/** A request meets the rest of the turn it comes in, and the whole of the turn that goes on with it. */
const TURNS_PER_REQUEST = 2;
/** One late turn is an accident, such as a collection of garbage, … */
const LATE_TURNS = 2;
/** … and what has passed in less is a burst. */
const LATE_MS = 500;
/** A turn in which no more were answered is long because of one of them, or of something else: fewer would not make it shorter. */
const FEW_DONE = 3;
/** Turns in time that make up for a late one. */
const FORGIVEN = 0.1;
const DEEPEST_CUT = 0.2;
/** Per sample in time: half as much again in a second. */
const GROWTH = 1.008;
/** So many do not keep a loop late that is not late without them. */
const LEAST = 16;

/**
 * How many requests may be under way at once.
 *
 * The limit is as configured while the loop is in time. What requests do after they have waited for something cannot be put off
 * any more; where it keeps the loop late, fewer are let in, until it is not: additive increase and multiplicative decrease, on the
 * lateness of the loop.
 */
export class InFlightLimit {
  readonly #longestTurnMs: number;
  #value: number;
  #lateTurns = 0;
  #lateMs = 0;
  #isLate = false;

  /**
   * @param most - what is configured
   * @param longestWaitMs - that a request may wait for the loop
   */
  constructor(
    private readonly most: number,
    private readonly longestWaitMs: number,
  ) {
    this.#value = most;
    this.#longestTurnMs = longestWaitMs / TURNS_PER_REQUEST;
  }

  get value(): number {
    return this.#value;
  }

  /** Is the loop late with requests, since the last look at it? */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Moves the limit. */
  adapt({ lateMs, done, peak }: LoopSample): void {
    const isOfRequests = done > FEW_DONE;
    this.#isLate = isOfRequests && lateMs > this.longestWaitMs;
    if (isOfRequests && lateMs > this.#longestTurnMs) this.#strike(lateMs, peak);
    else this.#recover();
  }

  #recover(): void {
    this.#lateTurns = Math.max(0, this.#lateTurns - FORGIVEN);
    if (this.#lateTurns === 0) this.#lateMs = 0;
    this.#value = Math.min(this.most, this.#value * GROWTH);
  }

  #strike(lateMs: number, peak: number): void {
    this.#lateTurns += 1;
    this.#lateMs += lateMs;
    if (this.#lateTurns < LATE_TURNS || this.#lateMs < LATE_MS) return;
    const cut = Math.min(this.#value, peak) * Math.max(DEEPEST_CUT, this.#longestTurnMs / lateMs);
    this.#value = Math.min(this.most, Math.max(LEAST, cut));
  }
}
