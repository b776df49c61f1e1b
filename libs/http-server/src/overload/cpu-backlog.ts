import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConcurrencyLimit } from './concurrency-limit';
import { runWhenWorkEnds } from './pending-work';
import type { OverloadLimits } from './overload-options';
import type { EventLoopClock } from './event-loop-clock';
import { RequestCost } from './request-cost';

const SAMPLE_INTERVAL_MS = 20;
/**
 * So much may be begun ahead of what the loop can do. What is begun at once comes due at once, in one long turn, in which nothing
 * is begun for the next.
 */
const MAX_BACKLOG_MS = 20;
/** A loop that is idle while work is expected of it may be expected to do so much more: gaps close by themselves. */
const IDLE_DRAIN_FACTOR = 4;
/** So many may be under way whatever they are expected to cost: an estimate that is wrong is put right by requests only. */
const MIN_IN_FLIGHT = 4;
/** A loop that idles less has no time for more. */
const SATURATED_UTILIZATION = 0.8;
/** What is left of a long turn with each sample. */
const PEAK_DECAY = 0.9;
/** How long the loop is looked back at, in milliseconds. */
const AVERAGING_WINDOW_MS = 250;

/**
 * The requests that are begun and not answered yet, and the work that is still to come of them.
 *
 * Requests that work after they have waited for something are cheap to begin. So each of them is charged when it is begun with
 * what one costs, and the loop pays that off at its own speed (a leaky bucket of CPU time): what is more than it can do is seen
 * before it comes due.
 */
export class CpuBacklog {
  readonly #limit: ConcurrencyLimit;
  readonly #cost = new RequestCost();
  readonly #sampler: NodeJS.Timeout;
  #inFlight = 0;
  #peakInFlight = 0;
  #completed = 0;
  #utilization = 0;
  #cpuShare = 1;
  #tickMs = 0;
  #backlogMs = 0;
  #drainedAtMs = 0;
  #drainedAtIdleMs = 0;
  #sampledAtMs: number;
  #idleMs: number;
  #cpuMs: number;

  constructor(
    { inFlight, eventLoopDelay }: OverloadLimits,
    private readonly clock: EventLoopClock,
  ) {
    this.#limit = new ConcurrencyLimit(inFlight, eventLoopDelay);
    this.#sampledAtMs = clock.nowMs();
    this.#idleMs = clock.idleMs();
    this.#cpuMs = clock.cpuMs();
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_INTERVAL_MS).unref();
  }

  /** No more may be under way. */
  get isFull(): boolean {
    return this.#inFlight >= this.#limit.value;
  }

  /** Has the loop had next to no time to itself lately? */
  get isSaturated(): boolean {
    return this.#utilization >= SATURATED_UTILIZATION;
  }

  /** What one request takes of the loop, in milliseconds. */
  get requestCostMs(): number {
    return this.#cost.ms;
  }

  /** How long turns of the loop have been lately, in milliseconds: who is begun meets one of them. */
  get tickMs(): number {
    return this.#tickMs;
  }

  /** Is enough begun for now: would more come due than the loop can do? */
  isExceeded(nowMs: number): boolean {
    if (this.#inFlight < MIN_IN_FLIGHT) return false;
    if (this.#limit.isLate) return true;
    // A look at the clocks of the loop takes its time, and who is not ahead need not pay off.
    if (this.#backlogMs > MAX_BACKLOG_MS) this.#drain(nowMs);
    return this.#backlogMs > MAX_BACKLOG_MS;
  }

  /**
   * Counts a request that has been begun, until it has been answered, or its client has left, and its services have ended: those of a
   * client that leaves, or of a deadline that passes, may work on. One with a body is charged when that has come:
   * before, nothing comes due, and a slow client must not keep others waiting.
   */
  track(request: IncomingMessage, response: ServerResponse): void {
    if (hasBody(request)) request.once('end', this.#charge);
    else this.#charge();
    this.#inFlight += 1;
    if (this.#inFlight > this.#peakInFlight) this.#peakInFlight = this.#inFlight;
    response.on('close', this.#onClose);
  }

  /** Counts a request that was answered as soon as it was begun. */
  countCompleted(): void {
    this.#completed += 1;
  }

  /** Stops watching the loop. */
  close(): void {
    clearInterval(this.#sampler);
  }

  readonly #charge = (): void => {
    this.#backlogMs = Math.min(this.#backlogMs, MAX_BACKLOG_MS) + this.#cost.ms;
  };

  readonly #onClose = createCloseListener((response) => {
    if (response.writableFinished) this.#completed += 1;
    runWhenWorkEnds(response, this.#release);
  });

  readonly #release = (): void => {
    this.#inFlight -= 1;
  };

  #drain(nowMs: number): void {
    const idleAtMs = this.clock.idleMs();
    const paidMs =
      (nowMs - this.#drainedAtMs) * this.#cpuShare + (idleAtMs - this.#drainedAtIdleMs) * (IDLE_DRAIN_FACTOR - 1);
    this.#backlogMs = Math.max(0, this.#backlogMs - paidMs);
    this.#drainedAtMs = nowMs;
    this.#drainedAtIdleMs = idleAtMs;
  }

  #sample(): void {
    const nowMs = this.clock.nowMs();
    const idleAtMs = this.clock.idleMs();
    const cpuAtMs = this.clock.cpuMs();
    const tookMs = nowMs - this.#sampledAtMs;
    const idleMs = Math.max(0, idleAtMs - this.#idleMs);
    // Other processes of a busy machine make the loop late, too, and fewer requests do not help against them.
    const busyMs = Math.max(0, Math.min(tookMs - idleMs, cpuAtMs - this.#cpuMs));
    const sample = {
      busyMs,
      idleMs,
      lateMs: busyMs - SAMPLE_INTERVAL_MS,
      completed: this.#completed,
      peakInFlight: this.#peakInFlight,
    };
    this.#drain(nowMs);
    this.#limit.adapt(sample);
    this.#cost.addSample(sample, this.#inFlight > 0);
    this.#tickMs = Math.max(sample.lateMs, this.#tickMs * PEAK_DECAY);
    this.#updateAverages(busyMs, busyMs + idleMs, tookMs);
    this.#sampledAtMs = nowMs;
    this.#idleMs = idleAtMs;
    this.#cpuMs = cpuAtMs;
    this.#completed = 0;
    this.#peakInFlight = this.#inFlight;
  }

  #updateAverages(busyMs: number, ownMs: number, tookMs: number): void {
    if (ownMs === 0) return;
    const weight = Math.min(1, tookMs / AVERAGING_WINDOW_MS);
    this.#utilization += (busyMs / ownMs - this.#utilization) * weight;
    this.#cpuShare += (Math.min(1, ownMs / tookMs) - this.#cpuShare) * weight;
  }
}

/** A listener that knows whose event it is, without a closure for each answer. */
function createCloseListener(done: (response: ServerResponse) => void): (this: ServerResponse) => void {
  return function closed() {
    done(this);
  };
}

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
