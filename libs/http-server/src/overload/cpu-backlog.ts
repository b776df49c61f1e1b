import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConcurrencyLimit } from './concurrency-limit';
import { runWhenWorkEnds } from './pending-work';
import type { OverloadLimits } from './overload-options';
import type { EventLoopClock } from './event-loop-clock';
import { RequestCost } from './request-cost';

const SAMPLE_INTERVAL_MS = 20;
/** Maximum outstanding CPU time. Requests that start together also continue together, in one long tick that starts none for the next. */
const MAX_BACKLOG_MS = 20;
/** Idle time drains the backlog this much faster: idling despite a backlog means that costs are overestimated. */
const IDLE_DRAIN_FACTOR = 4;
/** Number of requests that may be in flight whatever their estimated cost: only requests can correct a wrong estimate. */
const MIN_IN_FLIGHT = 4;
/** Utilization from which on the event loop has no capacity left. */
const SATURATED_UTILIZATION = 0.8;
/** Factor by which the recent tick length decays with each sample. */
const PEAK_DECAY = 0.9;
/** Window of the averages, in milliseconds. */
const AVERAGING_WINDOW_MS = 250;

/**
 * Tracks the requests in flight and the CPU time that they still need.
 *
 * A request that works after an asynchronous wait is cheap to start. Each request is therefore charged the average cost when it starts, and
 * the event loop drains the backlog at its own speed (a leaky bucket of CPU time): overload is detected before the work is due.
 */
export class CpuBacklog {
  readonly #limit: ConcurrencyLimit;
  readonly #cost = new RequestCost();
  readonly #sampler: NodeJS.Timeout;
  readonly #released = new WeakSet<ServerResponse>();
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

  /** Whether the limit of requests in flight is reached. */
  get isFull(): boolean {
    return this.#inFlight >= this.#limit.value;
  }

  /** Whether the event loop was hardly idle recently. */
  get isSaturated(): boolean {
    return this.#utilization >= SATURATED_UTILIZATION;
  }

  /** Average CPU time of a request in milliseconds. */
  get requestCostMs(): number {
    return this.#cost.ms;
  }

  /** Recent length of ticks of the event loop in milliseconds, by which a started request is delayed. */
  get tickMs(): number {
    return this.#tickMs;
  }

  /** Whether the backlog exceeds the capacity of the event loop, so that no further request should start. */
  isExceeded(nowMs: number): boolean {
    if (this.#inFlight < MIN_IN_FLIGHT) return false;
    if (this.#limit.isLate) return true;
    // Reading the clocks takes time, and a backlog below its limit need not be drained.
    if (this.#backlogMs > MAX_BACKLOG_MS) this.#drain(nowMs);
    return this.#backlogMs > MAX_BACKLOG_MS;
  }

  /**
   * Tracks a started request until its response has closed and its work has ended: work may go on after the client has disconnected or the
   * deadline has passed. A request with a body is charged once the body has arrived: before, no work is due, and a slow client must not
   * delay others.
   */
  track(request: IncomingMessage, response: ServerResponse): void {
    if (hasBody(request)) request.once('end', this.#charge);
    else this.#charge();
    this.#inFlight += 1;
    if (this.#inFlight > this.#peakInFlight) this.#peakInFlight = this.#inFlight;
    response.on('close', this.#onClose);
  }

  /** Stops tracking a request before its response has closed: a stream, which is idle most of the time and lasts for hours. */
  release(response: ServerResponse): void {
    if (this.#released.has(response)) return;
    this.#released.add(response);
    this.#completed += 1;
    this.#inFlight -= 1;
  }

  /** Counts a request that was completed synchronously. */
  countCompleted(): void {
    this.#completed += 1;
  }

  /** Stops sampling the event loop. */
  close(): void {
    clearInterval(this.#sampler);
  }

  readonly #charge = (): void => {
    this.#backlogMs = Math.min(this.#backlogMs, MAX_BACKLOG_MS) + this.#cost.ms;
  };

  readonly #onClose = createCloseListener((response) => {
    if (this.#released.has(response)) return;
    if (response.writableFinished) this.#completed += 1;
    runWhenWorkEnds(response, this.#release);
  });

  readonly #release = (): void => {
    this.#inFlight -= 1;
  };

  #drain(nowMs: number): void {
    const idleAtMs = this.clock.idleMs();
    const drainedMs =
      (nowMs - this.#drainedAtMs) * this.#cpuShare + (idleAtMs - this.#drainedAtIdleMs) * (IDLE_DRAIN_FACTOR - 1);
    this.#backlogMs = Math.max(0, this.#backlogMs - drainedMs);
    this.#drainedAtMs = nowMs;
    this.#drainedAtIdleMs = idleAtMs;
  }

  #sample(): void {
    const nowMs = this.clock.nowMs();
    const idleAtMs = this.clock.idleMs();
    const cpuAtMs = this.clock.cpuMs();
    const elapsedMs = nowMs - this.#sampledAtMs;
    const idleMs = Math.max(0, idleAtMs - this.#idleMs);
    // Other processes on a busy machine delay the event loop, too, which fewer requests would not change.
    const busyMs = Math.max(0, Math.min(elapsedMs - idleMs, cpuAtMs - this.#cpuMs));
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
    this.#updateAverages(busyMs, busyMs + idleMs, elapsedMs);
    this.#sampledAtMs = nowMs;
    this.#idleMs = idleAtMs;
    this.#cpuMs = cpuAtMs;
    this.#completed = 0;
    this.#peakInFlight = this.#inFlight;
  }

  #updateAverages(busyMs: number, ownMs: number, elapsedMs: number): void {
    if (ownMs === 0) return;
    const weight = Math.min(1, elapsedMs / AVERAGING_WINDOW_MS);
    this.#utilization += (busyMs / ownMs - this.#utilization) * weight;
    this.#cpuShare += (Math.min(1, ownMs / elapsedMs) - this.#cpuShare) * weight;
  }
}

/** Creates one `close` listener for all responses, which takes its response from `this` instead of a closure. */
function createCloseListener(done: (response: ServerResponse) => void): (this: ServerResponse) => void {
  return function closed() {
    done(this);
  };
}

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
