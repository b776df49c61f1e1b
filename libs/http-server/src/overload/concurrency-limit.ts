import type { EventLoopSample } from './event-loop-sample';

/** Ticks that delay a request: the rest of the one in which it arrives, and the one that continues it. */
const TICKS_PER_REQUEST = 2;
/** Late ticks before the limit is cut: a single one may be a pause, such as a garbage collection. */
const MIN_LATE_TICKS = 2;
/** Total lateness before the limit is cut: less is a burst. */
const MIN_LATE_MS = 500;
/** A late tick with at most this many completed requests is caused by one of them, or by other work: a lower limit would not help. */
const FEW_REQUESTS = 3;
/** Each timely tick takes back this fraction of a late one. */
const LATE_TICK_DECAY = 0.1;
const MIN_CUT_FACTOR = 0.2;
/** Growth per timely sample: by half in a second. */
const GROWTH_FACTOR = 1.008;
/** Number of first requests that are slow because their code is not compiled yet. */
export const COLD_REQUESTS = 1_000;
/** Lower bound of the limit: fewer requests are unlikely to keep the event loop late. */
const MIN_LIMIT = 16;

/**
 * An adaptive limit of requests in flight.
 *
 * It has its configured value while the event loop is on time. Work that requests do after an asynchronous wait cannot be postponed; where
 * it keeps the loop late, the limit is cut, and grows again slowly once the loop is on time. The first {@link COLD_REQUESTS} do not count:
 * their lateness says nothing about the ones that follow.
 */
export class ConcurrencyLimit {
  readonly #maxTickMs: number;
  #value: number;
  #lateTicks = 0;
  #lateMs = 0;
  #isLate = false;
  #coldRequestsLeft = COLD_REQUESTS;

  /**
   * @param max - the configured limit
   * @param maxWaitMs - maximum time that a request waits for the event loop
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

  /** Whether requests waited too long for the event loop in the last sample. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Adapts the limit to a sample. */
  adapt({ lateMs, completed, peakInFlight }: EventLoopSample): void {
    const isDueToRequests = completed > FEW_REQUESTS;
    this.#isLate = isDueToRequests && lateMs > this.maxWaitMs;
    if (this.#coldRequestsLeft > 0) this.#coldRequestsLeft -= completed;
    else if (isDueToRequests && lateMs > this.#maxTickMs) this.#recordLateTick(lateMs, peakInFlight);
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
