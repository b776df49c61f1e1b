import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isClosedToResponses } from '../connections/connection-close';
import { type EventLoopClock, eventLoopClock } from './event-loop-clock';
import { CpuBacklog } from './cpu-backlog';
import type { OverloadLimits } from './overload-options';

/** Work that is begun in one turn of the loop before the loop looks at its sockets again; libuv accepts one connection per turn. */
const MAX_TICK_WORK_MS = 10;
/** The loop waited: looking for events that are there already takes a tenth of it. */
const IDLE_THRESHOLD_MS = 0.1;
const MAX_STARTED_PER_TICK = 64;
/** Turns that do nothing but accept, in a row, so that connections do not have to wait for work: 32 of them take a millisecond. */
const MAX_ACCEPT_TICKS = 32;
/**
 * A line that is gone again sooner is a burst, which may wait (RFC 8289 §4.3 has an interval for it, too): two hundred callers at
 * once are no overload, and a client's own process may be the slow one. Nor is one long turn a line …
 */
const STANDING_QUEUE_MS = 250;
/** … that outlasts several. */
const STANDING_QUEUE_TICKS = 4;
/** Who has waited for so many times the delay that is allowed was let in by an estimate that turned out wrong. */
const LATE_FACTOR = 1.5;
/** So many requests are slower than those that follow them, as the compiler has not seen their code yet, … */
const COLD_REQUESTS = 1_000;
/** … and their clients are better served late than not at all. */
const COLD_DELAY_FACTOR = 20;
/** How soon a line is looked at again that waits for work under way. */
const RECHECK_MS = 2;

interface QueuedRequest {
  readonly sinceMs: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Lets in what can be done in time, and has the rest refused at once.
 *
 * Requests are begun as they come until a turn of the event loop has been at work for {@link MAX_TICK_WORK_MS}. Further ones wait in a line
 * that is worked off turn by turn, so that the loop can accept, refuse and tell of its health in between. How long a newcomer
 * would wait is known: those before it times what a request costs. What services do after they have waited for something is
 * expected of them, and more of it than the loop can do in time is not begun ({@link CpuBacklog}): those that follow wait in the
 * line, too, unless the loop turns out to have time for them.
 *
 * Measured with 5 ms of work per request, at ten times what can be done: a limit on requests in flight alone makes turns so long
 * that connections are no longer accepted, and nothing is done any more.
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
   * @param next - takes a request that is let in
   * @param reject - answers one that is not
   * @param clock - default: that of this process
   */
  constructor(
    private readonly limits: OverloadLimits,
    private readonly next: RequestListener,
    private readonly reject: RequestListener,
    private readonly clock: EventLoopClock = eventLoopClock,
  ) {
    this.#backlog = new CpuBacklog(limits, clock);
  }

  /** Begins a request, has it wait, or refuses it. */
  admit(request: IncomingMessage, response: ServerResponse): void {
    const nowMs = this.clock.nowMs();
    const idleMs = this.clock.idleMs();
    if (idleMs - this.#idleMs > IDLE_THRESHOLD_MS) this.#startTick(nowMs, idleMs);
    if (this.#backlog.isFull) this.reject(request, response);
    else if (this.#canStart(nowMs)) this.#start(request, response);
    else this.#enqueue({ request, response, sinceMs: nowMs });
  }

  /** A connection was accepted, and others may wait for it. */
  onConnection(): void {
    this.#hasAccepted = true;
  }

  /** Stops watching the loop. */
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

  /** A turn begins: what was begun before it is done, or waits itself. */
  #startTick(nowMs: number, idleMs: number): void {
    this.#busySinceMs = nowMs;
    this.#idleMs = idleMs;
    this.#startedInTick = 0;
  }

  #enqueue(waiting: QueuedRequest): void {
    const { sinceMs } = waiting;
    if (this.#expectedWaitMs > this.#maxWaitMsAt(sinceMs)) {
      this.#shed(waiting, sinceMs);
      return;
    }
    // A line that was too long and is soon there again is the same (RFC 8289 §4.3 remembers, too).
    if (this.#queued.length === 0 && sinceMs - this.#lastShedAtMs > STANDING_QUEUE_MS) {
      this.#standingQueueSinceMs = sinceMs;
      this.#standingQueueTicks = 0;
    }
    this.#queued.push(waiting);
    this.#scheduleDrain();
  }

  #shed({ request, response }: QueuedRequest, nowMs: number): void {
    this.#lastShedAtMs = nowMs;
    this.reject(request, response);
  }

  /** Of who comes last: in the line, and in the turn that it is begun in. */
  get #expectedWaitMs(): number {
    const turnMs = Math.min(this.#backlog.tickMs, this.limits.eventLoopDelay / 2);
    return this.#queued.length * this.#backlog.requestCostMs + turnMs;
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

  /** After the sockets have been read, in every turn until nobody waits. */
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

  /** The cost is of what a request does in all its turns: what it does after this loop is not seen by the clock in it. */
  #startQueued(beganMs: number): void {
    const most = Math.min(MAX_STARTED_PER_TICK, MAX_TICK_WORK_MS / this.#backlog.requestCostMs);
    let nowMs = beganMs;
    while (this.#startedInTick === 0 || (this.#startedInTick < most && nowMs - beganMs < MAX_TICK_WORK_MS)) {
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

  /** A loop that has time shows that requests cost less than is expected of them: then nobody is kept waiting for that. */
  #isHeldTooLong({ sinceMs }: QueuedRequest, nowMs: number): boolean {
    return !this.#backlog.isSaturated && nowMs - sinceMs > this.limits.eventLoopDelay;
  }

  #startOrShed(waiting: QueuedRequest, nowMs: number): void {
    const { request, response, sinceMs } = waiting;
    if (isClosedToResponses(request.socket)) return;
    const longestWaitMs = this.#maxWaitMsAt(nowMs);
    // Where the line is not too long, there was a pause of the process, which is no fault of the load.
    const isTooLong = this.#expectedWaitMs > longestWaitMs;
    if (isTooLong && nowMs - sinceMs > longestWaitMs * LATE_FACTOR) this.#shed(waiting, nowMs);
    else this.#start(request, response);
  }
}
