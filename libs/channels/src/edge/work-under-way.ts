import type { IncomingMessage, ServerResponse } from 'node:http';
import { InFlightLimit } from './in-flight-limit';
import { whenWorkEnds } from './lasting-work';
import type { LoadLimits } from './load-gate';
import type { LoopClock } from './loop-clock';
import { RequestCost } from './request-cost';

const SAMPLE_MS = 20;
/**
 * So much may be begun ahead of what the loop can do. What is begun at once comes due at once, in one long turn, in which nothing
 * is begun for the next.
 */
const AHEAD_MS = 20;
/** A loop that is idle while work is expected of it may be expected to do so much more: gaps close by themselves. */
const IDLE_PAYS = 4;
/** So many may be under way whatever they are expected to cost: an estimate that is wrong is put right by requests only. */
const LEAST = 4;
/** A loop that idles less has no time for more. */
const SATURATED_SHARE = 0.8;
/** What is left of a long turn with each sample. */
const FADING = 0.9;
/** How long the loop is looked back at, in milliseconds. */
const MEMORY_MS = 250;

/**
 * The requests that are begun and not answered yet, and the work that is still to come of them.
 *
 * Requests that work after they have waited for something are cheap to begin. So each of them is charged when it is begun with
 * what one costs, and the loop pays that off at its own speed (a leaky bucket of CPU time): what is more than it can do is seen
 * before it comes due.
 */
export class WorkUnderWay {
  readonly #limit: InFlightLimit;
  readonly #cost = new RequestCost();
  readonly #sampler: NodeJS.Timeout;
  #count = 0;
  #peak = 0;
  #done = 0;
  #busyShare = 0;
  #ownShare = 1;
  #turnMs = 0;
  #aheadMs = 0;
  #paidAtMs = 0;
  #paidAtIdleMs = 0;
  #sampledAtMs: number;
  #idleMs: number;
  #cpuMs: number;

  constructor(
    { inFlight, eventLoopDelay }: LoadLimits,
    private readonly clock: LoopClock,
  ) {
    this.#limit = new InFlightLimit(inFlight, eventLoopDelay);
    this.#sampledAtMs = clock.nowMs();
    this.#idleMs = clock.idleMs();
    this.#cpuMs = clock.cpuMs();
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_MS).unref();
  }

  /** No more may be under way. */
  get isFull(): boolean {
    return this.#count >= this.#limit.value;
  }

  /** Has the loop had next to no time to itself lately? */
  get isSaturated(): boolean {
    return this.#busyShare >= SATURATED_SHARE;
  }

  /** What one request takes of the loop, in milliseconds. */
  get costMs(): number {
    return this.#cost.ms;
  }

  /** How long turns of the loop have been lately, in milliseconds: who is begun meets one of them. */
  get turnMs(): number {
    return this.#turnMs;
  }

  /** Is enough begun for now: would more come due than the loop can do? */
  isAhead(nowMs: number): boolean {
    if (this.#count < LEAST) return false;
    if (this.#limit.isLate) return true;
    // A look at the clocks of the loop takes its time, and who is not ahead need not pay off.
    if (this.#aheadMs > AHEAD_MS) this.#payOff(nowMs);
    return this.#aheadMs > AHEAD_MS;
  }

  /**
   * Counts a request that has been begun, until it has been answered, or its client has left, and its services have ended: those of a
   * client that leaves, or of a deadline that passes, may work on. One with a body is charged when that has come:
   * before, nothing comes due, and a slow client must not keep others waiting.
   */
  count(request: IncomingMessage, response: ServerResponse): void {
    if (hasBody(request)) request.once('end', this.#charge);
    else this.#charge();
    this.#count += 1;
    if (this.#count > this.#peak) this.#peak = this.#count;
    response.on('close', this.#onClose);
  }

  /** Counts a request that was answered as soon as it was begun. */
  countDone(): void {
    this.#done += 1;
  }

  /** Stops watching the loop. */
  close(): void {
    clearInterval(this.#sampler);
  }

  readonly #charge = (): void => {
    this.#aheadMs = Math.min(this.#aheadMs, AHEAD_MS) + this.#cost.ms;
  };

  readonly #onClose = closing((response) => {
    if (response.writableFinished) this.#done += 1;
    whenWorkEnds(response, this.#release);
  });

  readonly #release = (): void => {
    this.#count -= 1;
  };

  #payOff(nowMs: number): void {
    const idleAtMs = this.clock.idleMs();
    const paidMs = (nowMs - this.#paidAtMs) * this.#ownShare + (idleAtMs - this.#paidAtIdleMs) * (IDLE_PAYS - 1);
    this.#aheadMs = Math.max(0, this.#aheadMs - paidMs);
    this.#paidAtMs = nowMs;
    this.#paidAtIdleMs = idleAtMs;
  }

  #sample(): void {
    const nowMs = this.clock.nowMs();
    const idleAtMs = this.clock.idleMs();
    const cpuAtMs = this.clock.cpuMs();
    const tookMs = nowMs - this.#sampledAtMs;
    const idleMs = Math.max(0, idleAtMs - this.#idleMs);
    // Other processes of a busy machine make the loop late, too, and fewer requests do not help against them.
    const busyMs = Math.max(0, Math.min(tookMs - idleMs, cpuAtMs - this.#cpuMs));
    const sample = { busyMs, idleMs, lateMs: busyMs - SAMPLE_MS, done: this.#done, peak: this.#peak };
    this.#payOff(nowMs);
    this.#limit.adapt(sample);
    this.#cost.learn(sample, this.#count > 0);
    this.#turnMs = Math.max(sample.lateMs, this.#turnMs * FADING);
    this.#remember(busyMs, busyMs + idleMs, tookMs);
    this.#sampledAtMs = nowMs;
    this.#idleMs = idleAtMs;
    this.#cpuMs = cpuAtMs;
    this.#done = 0;
    this.#peak = this.#count;
  }

  #remember(busyMs: number, ownMs: number, tookMs: number): void {
    if (ownMs === 0) return;
    const weight = Math.min(1, tookMs / MEMORY_MS);
    this.#busyShare += (busyMs / ownMs - this.#busyShare) * weight;
    this.#ownShare += (Math.min(1, ownMs / tookMs) - this.#ownShare) * weight;
  }
}

/** A listener that knows whose event it is, without a closure for each answer. */
function closing(done: (response: ServerResponse) => void): (this: ServerResponse) => void {
  return function closed() {
    done(this);
  };
}

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
