import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isClosedToResponses } from '../connections/connection-close';
import { type EventLoopClock, eventLoopClock } from './event-loop-clock';
import { COLD_REQUESTS } from './concurrency-limit';
import { CpuBacklog } from './cpu-backlog';
import type { OverloadLimits } from './overload-options';

/** Maximum time for starting requests in one tick, before the event loop polls its sockets again: libuv accepts one connection per tick. */
const MAX_TICK_WORK_MS = 10;
/** Idle time from which on the event loop has waited for events; a poll that finds events takes a tenth of it. */
const IDLE_THRESHOLD_MS = 0.1;
const MAX_STARTED_PER_TICK = 64;
/** Maximum number of consecutive ticks that only accept connections, so that these do not wait for requests; 32 take a millisecond. */
const MAX_ACCEPT_TICKS = 32;
/** Age from which on a queue is a standing queue. A shorter one is a burst, and may wait, as with the interval of CoDel (RFC 8289 §4.3). */
const STANDING_QUEUE_MS = 250;
/** Ticks that a standing queue has outlasted, so that a single long tick does not count as one. */
const STANDING_QUEUE_TICKS = 4;
/** A queued request that has waited this many times the maximum wait was admitted by a wrong estimate, and is shed. */
const LATE_FACTOR = 1.5;
/** Factor of the maximum wait for the first requests: a late response is better than none. */
const COLD_DELAY_FACTOR = 20;
/** Delay before a queue that waits for the backlog is checked again. */
const RECHECK_MS = 2;

interface QueuedRequest {
  readonly sinceMs: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Admits the requests that can be handled in time, and sheds the others at once.
 *
 * Requests start on arrival until a tick of the event loop has worked for {@link MAX_TICK_WORK_MS}. Further requests wait in a queue that is
 * drained tick by tick, so that the event loop can accept connections, shed requests and respond to health checks in between. The expected
 * wait of a new request is the length of the queue times the average cost of a request. Work that requests do after asynchronous waits is
 * expected, too: once the {@link CpuBacklog} is exceeded, requests wait in the queue, unless the event loop proves to have time for them.
 *
 * A limit of requests in flight alone does not suffice: under heavy overload, ticks become so long that no connection is accepted any more.
 */
export class LoadShedder {
  readonly #backlog: CpuBacklog;
  readonly #queued: QueuedRequest[] = [];
  #busySinceMs = 0;
  #idleMs = 0;
  #startedInTick = 0;
  #coldRequestsLeft = COLD_REQUESTS;
  #standingQueueSinceMs = 0;
  #standingQueueTicks = 0;
  #lastShedAtMs = Number.NEGATIVE_INFINITY;
  #isDrainScheduled = false;
  #hasAccepted = false;
  #acceptTicks = 0;

  /**
   * @param next - handles an admitted request
   * @param reject - responds to a request that is shed
   * @param clock - default: the clocks of this process
   */
  constructor(
    private readonly limits: OverloadLimits,
    private readonly next: RequestListener,
    private readonly reject: RequestListener,
    private readonly clock: EventLoopClock = eventLoopClock,
  ) {
    this.#backlog = new CpuBacklog(limits, clock);
  }

  /** Starts, queues or sheds a request. */
  admit(request: IncomingMessage, response: ServerResponse): void {
    const nowMs = this.clock.nowMs();
    const idleMs = this.clock.idleMs();
    if (idleMs - this.#idleMs > IDLE_THRESHOLD_MS) this.#startTick(nowMs, idleMs);
    if (this.#backlog.isFull) this.reject(request, response);
    else if (this.#canStart(nowMs)) this.#start(request, response);
    else this.#enqueue({ request, response, sinceMs: nowMs });
  }

  /** Records that a connection was accepted: more may be in the accept backlog. */
  onConnection(): void {
    this.#hasAccepted = true;
  }

  /** No longer counts a started request as one in flight. */
  release(response: ServerResponse): void {
    this.#backlog.release(response);
  }

  /** Stops sampling the event loop. */
  close(): void {
    this.#backlog.close();
  }

  #canStart(nowMs: number): boolean {
    return (
      this.#queued.length === 0 && nowMs - this.#busySinceMs < MAX_TICK_WORK_MS && !this.#backlog.isExceeded(nowMs)
    );
  }

  #start(request: IncomingMessage, response: ServerResponse): void {
    this.#startedInTick += 1;
    if (this.#coldRequestsLeft > 0) this.#coldRequestsLeft -= 1;
    this.next(request, response);
    if (response.writableEnded) this.#backlog.countCompleted();
    else this.#backlog.track(request, response);
  }

  /** Resets the counts of a tick: requests started in an earlier one are done or wait. */
  #startTick(nowMs: number, idleMs: number): void {
    this.#busySinceMs = nowMs;
    this.#idleMs = idleMs;
    this.#startedInTick = 0;
  }

  #enqueue(queued: QueuedRequest): void {
    const { sinceMs } = queued;
    if (this.#expectedWaitMs > this.#maxWaitMsAt(sinceMs)) {
      this.#shed(queued, sinceMs);
      return;
    }
    // A queue that returns soon after a request was shed counts as the same one, as in CoDel (RFC 8289 §4.3).
    if (this.#queued.length === 0 && sinceMs - this.#lastShedAtMs > STANDING_QUEUE_MS) {
      this.#standingQueueSinceMs = sinceMs;
      this.#standingQueueTicks = 0;
    }
    this.#queued.push(queued);
    this.#scheduleDrain();
  }

  #shed({ request, response }: QueuedRequest, nowMs: number): void {
    this.#lastShedAtMs = nowMs;
    this.reject(request, response);
  }

  /** Expected wait of the last request: in the queue, and in the tick that starts it. */
  get #expectedWaitMs(): number {
    const tickMs = Math.min(this.#backlog.tickMs, this.limits.eventLoopDelay / 2);
    return this.#queued.length * this.#backlog.requestCostMs + tickMs;
  }

  #maxWaitMsAt(nowMs: number): number {
    const isStanding =
      this.#standingQueueTicks >= STANDING_QUEUE_TICKS && nowMs - this.#standingQueueSinceMs > STANDING_QUEUE_MS;
    if (!isStanding || !this.#backlog.isSaturated) return Number.POSITIVE_INFINITY;
    return this.limits.eventLoopDelay * (this.#coldRequestsLeft > 0 ? COLD_DELAY_FACTOR : 1);
  }

  #scheduleDrain(): void {
    if (this.#isDrainScheduled) return;
    this.#isDrainScheduled = true;
    setImmediate(this.#drain);
  }

  #scheduleDrainIn(ms: number): void {
    this.#isDrainScheduled = true;
    setTimeout(this.#drain, ms);
  }

  /** Runs after the poll of each tick until the queue is empty. */
  readonly #drain = (): void => {
    this.#isDrainScheduled = false;
    if (this.#hasAccepted && this.#acceptTicks < MAX_ACCEPT_TICKS) {
      this.#hasAccepted = false;
      this.#acceptTicks += 1;
      this.#scheduleDrain();
      return;
    }
    this.#acceptTicks = 0;
    this.#standingQueueTicks += 1;
    const nowMs = this.clock.nowMs();
    this.#startTick(nowMs, this.clock.idleMs());
    this.#startQueued(nowMs);
  };

  /** Limits the started requests by their cost, too: the clock in this loop does not see work that they do in later ticks. */
  #startQueued(startedAtMs: number): void {
    const maxStarted = Math.min(MAX_STARTED_PER_TICK, MAX_TICK_WORK_MS / this.#backlog.requestCostMs);
    let nowMs = startedAtMs;
    while (this.#startedInTick === 0 || (this.#startedInTick < maxStarted && nowMs - startedAtMs < MAX_TICK_WORK_MS)) {
      const next = this.#queued[0];
      if (!next) return;
      const isHeld = this.#backlog.isExceeded(nowMs);
      if (isHeld && !this.#isHeldTooLong(next, nowMs)) break;
      this.#queued.shift();
      this.#startOrShed(next, nowMs);
      if (isHeld) break;
      nowMs = this.clock.nowMs();
    }
    if (this.#backlog.isExceeded(nowMs)) this.#scheduleDrainIn(RECHECK_MS);
    else this.#scheduleDrain();
  }

  /** An event loop with spare time shows that the cost is overestimated: then the backlog does not hold requests for longer than the maximum wait. */
  #isHeldTooLong({ sinceMs }: QueuedRequest, nowMs: number): boolean {
    return !this.#backlog.isSaturated && nowMs - sinceMs > this.limits.eventLoopDelay;
  }

  #startOrShed(queued: QueuedRequest, nowMs: number): void {
    const { request, response, sinceMs } = queued;
    if (isClosedToResponses(request.socket)) return;
    const maxWaitMs = this.#maxWaitMsAt(nowMs);
    // A long wait in a short queue is a pause of the process, not overload.
    const isTooLong = this.#expectedWaitMs > maxWaitMs;
    if (isTooLong && nowMs - sinceMs > maxWaitMs * LATE_FACTOR) this.#shed(queued, nowMs);
    else this.#start(request, response);
  }
}
