import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isCutOff } from './last-request';
import { type LoopClock, loopClock } from './loop-clock';
import { WorkUnderWay } from './work-under-way';

/** How much a bus takes on: `bus.http.overload`. */
export interface LoadLimits {
  /** Milliseconds that a request may wait for the event loop to come to it. */
  readonly eventLoopDelay: number;
  /** Requests under way at once. */
  readonly inFlight: number;
}

/** Work that is begun in one turn of the loop before the loop looks at its sockets again; libuv accepts one connection per turn. */
const TURN_MS = 10;
/** The loop waited: looking for events that are there already takes a tenth of it. */
const IDLE_MS = 0.1;
const MOST_BEGUN_PER_TURN = 64;
/** Turns that do nothing but accept, in a row, so that connections do not have to wait for work: 32 of them take a millisecond. */
const MOST_TURNS_TO_ACCEPT = 32;
/**
 * A line that is gone again sooner is a burst, which may wait (RFC 8289 §4.3 has an interval for it, too): two hundred callers at
 * once are no overload, and a client's own process may be the slow one. Nor is one long turn a line …
 */
const STANDING_MS = 250;
/** … that outlasts several. */
const STANDING_TURNS = 4;
/** Who has waited for so many times the delay that is allowed was let in by an estimate that turned out wrong. */
const LATE_SHARE = 1.5;
/** So many requests are slower than those that follow them, as the compiler has not seen their code yet, … */
const COLD_REQUESTS = 1_000;
/** … and their clients are better served late than not at all. */
const COLD_PATIENCE = 20;
/** How soon a line is looked at again that waits for work under way. */
const HELD_MS = 2;

interface Waiting {
  readonly sinceMs: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Lets in what can be done in time, and has the rest refused at once.
 *
 * Requests are begun as they come until a turn of the event loop has been at work for {@link TURN_MS}. Further ones wait in a line
 * that is worked off turn by turn, so that the loop can accept, refuse and tell of its health in between. How long a newcomer
 * would wait is known: those before it times what a request costs. What services do after they have waited for something is
 * expected of them, and more of it than the loop can do in time is not begun ({@link WorkUnderWay}): those that follow wait in the
 * line, too, unless the loop turns out to have time for them.
 *
 * Measured with 5 ms of work per request, at ten times what can be done: a limit on requests in flight alone makes turns so long
 * that connections are no longer accepted, and nothing is done any more.
 */
export class LoadGate {
  readonly #work: WorkUnderWay;
  readonly #line: Waiting[] = [];
  #busySinceMs = 0;
  #idleMs = 0;
  #begun = 0;
  #coldLeft = COLD_REQUESTS;
  #standingSinceMs = 0;
  #standingTurns = 0;
  #shedAtMs = Number.NEGATIVE_INFINITY;
  #isDraining = false;
  #hasAccepted = false;
  #turnsToAccept = 0;

  /**
   * @param begin - takes a request that is let in
   * @param refuse - answers one that is not
   * @param clock - default: that of this process
   */
  constructor(
    private readonly limits: LoadLimits,
    private readonly begin: RequestListener,
    private readonly refuse: RequestListener,
    private readonly clock: LoopClock = loopClock,
  ) {
    this.#work = new WorkUnderWay(limits, clock);
  }

  /** Begins a request, has it wait, or refuses it. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const nowMs = this.clock.nowMs();
    const idleMs = this.clock.idleMs();
    if (idleMs - this.#idleMs > IDLE_MS) this.#beginTurn(nowMs, idleMs);
    if (this.#work.isFull) this.refuse(request, response);
    else if (this.#isFree(nowMs)) this.#start(request, response);
    else this.#queue({ request, response, sinceMs: nowMs });
  }

  /** A connection was accepted, and others may wait for it. */
  accepted(): void {
    this.#hasAccepted = true;
  }

  /** Stops watching the loop. */
  close(): void {
    this.#work.close();
  }

  #isFree(nowMs: number): boolean {
    return this.#line.length === 0 && nowMs - this.#busySinceMs < TURN_MS && !this.#work.isAhead(nowMs);
  }

  #start(request: IncomingMessage, response: ServerResponse): void {
    this.#begun += 1;
    if (this.#coldLeft > 0) this.#coldLeft -= 1;
    this.begin(request, response);
    if (response.writableEnded) this.#work.countDone();
    else this.#work.count(request, response);
  }

  /** A turn begins: what was begun before it is done, or waits itself. */
  #beginTurn(nowMs: number, idleMs: number): void {
    this.#busySinceMs = nowMs;
    this.#idleMs = idleMs;
    this.#begun = 0;
  }

  #queue(waiting: Waiting): void {
    const { sinceMs } = waiting;
    if (this.#expectedWaitMs > this.#longestWaitAt(sinceMs)) {
      this.#shed(waiting, sinceMs);
      return;
    }
    // A line that was too long and is soon there again is the same (RFC 8289 §4.3 remembers, too).
    if (this.#line.length === 0 && sinceMs - this.#shedAtMs > STANDING_MS) {
      this.#standingSinceMs = sinceMs;
      this.#standingTurns = 0;
    }
    this.#line.push(waiting);
    this.#drainSoon();
  }

  #shed({ request, response }: Waiting, nowMs: number): void {
    this.#shedAtMs = nowMs;
    this.refuse(request, response);
  }

  /** Of who comes last: in the line, and in the turn that it is begun in. */
  get #expectedWaitMs(): number {
    const turnMs = Math.min(this.#work.turnMs, this.limits.eventLoopDelay / 2);
    return this.#line.length * this.#work.costMs + turnMs;
  }

  #longestWaitAt(nowMs: number): number {
    const isStanding = this.#standingTurns >= STANDING_TURNS && nowMs - this.#standingSinceMs > STANDING_MS;
    if (!isStanding || !this.#work.isSaturated) return Number.POSITIVE_INFINITY;
    return this.limits.eventLoopDelay * (this.#coldLeft > 0 ? COLD_PATIENCE : 1);
  }

  #drainSoon(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    setImmediate(this.#drain);
  }

  #drainIn(ms: number): void {
    this.#isDraining = true;
    setTimeout(this.#drain, ms);
  }

  /** After the sockets have been read, in every turn until nobody waits. */
  readonly #drain = (): void => {
    this.#isDraining = false;
    if (this.#hasAccepted && this.#turnsToAccept < MOST_TURNS_TO_ACCEPT) {
      this.#hasAccepted = false;
      this.#turnsToAccept += 1;
      this.#drainSoon();
      return;
    }
    this.#turnsToAccept = 0;
    this.#standingTurns += 1;
    const nowMs = this.clock.nowMs();
    this.#beginTurn(nowMs, this.clock.idleMs());
    this.#workOff(nowMs);
  };

  /** The cost is of what a request does in all its turns: what it does after this loop is not seen by the clock in it. */
  #workOff(beganMs: number): void {
    const most = Math.min(MOST_BEGUN_PER_TURN, TURN_MS / this.#work.costMs);
    let nowMs = beganMs;
    while (this.#begun === 0 || (this.#begun < most && nowMs - beganMs < TURN_MS)) {
      const next = this.#line[0];
      if (!next) return;
      const isHeld = this.#work.isAhead(nowMs);
      if (isHeld && !this.#isWaitingInVain(next, nowMs)) break;
      this.#line.shift();
      this.#callUp(next, nowMs);
      if (isHeld) break;
      nowMs = this.clock.nowMs();
    }
    if (this.#work.isAhead(nowMs)) this.#drainIn(HELD_MS);
    else this.#drainSoon();
  }

  /** A loop that has time shows that requests cost less than is expected of them: then nobody is kept waiting for that. */
  #isWaitingInVain({ sinceMs }: Waiting, nowMs: number): boolean {
    return !this.#work.isSaturated && nowMs - sinceMs > this.limits.eventLoopDelay;
  }

  #callUp(waiting: Waiting, nowMs: number): void {
    const { request, response, sinceMs } = waiting;
    if (isCutOff(request.socket)) return;
    const longestWaitMs = this.#longestWaitAt(nowMs);
    // Where the line is not too long, there was a pause of the process, which is no fault of the load.
    const isTooLong = this.#expectedWaitMs > longestWaitMs;
    if (isTooLong && nowMs - sinceMs > longestWaitMs * LATE_SHARE) this.#shed(waiting, nowMs);
    else this.#start(request, response);
  }
}
