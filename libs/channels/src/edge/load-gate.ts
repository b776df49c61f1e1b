import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { cpuMs } from './cpu-time';
import { InFlightLimit } from './in-flight-limit';
import { isCutOff } from './last-request';

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
/** Weight of the newest turn in what a request is known to cost. */
const NEWEST = 0.1;
/** So many requests are slower than those that follow them, as the compiler has not seen their code yet, … */
const COLD_REQUESTS = 1_000;
/** … and their clients are better served late than not at all. */
const COLD_PATIENCE = 20;
/** What a request is taken to cost until that is known. */
const FIRST_GUESS_MS = 1;
/** No request costs less. */
const LEAST_COST_MS = 0.01;

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
 * would wait is known: those before it times what a request costs. Services that wait for something cost nothing and form no line;
 * what they do afterwards shows in the lateness of the loop, and bounds how many are under way ({@link InFlightLimit}).
 *
 * Measured with 5 ms of work per request, at ten times what can be done: a limit on requests in flight alone makes turns so long
 * that connections are no longer accepted, and nothing is done any more.
 */
export class LoadGate {
  readonly #clock = performance.nodeTiming;
  readonly #limit: InFlightLimit;
  readonly #line: Waiting[] = [];
  #costMs = FIRST_GUESS_MS;
  #busySinceMs = 0;
  #cpuMs = 0;
  #idleMs = 0;
  #begun = 0;
  #coldLeft = COLD_REQUESTS;
  #standingSinceMs = 0;
  #standingTurns = 0;
  #isDraining = false;
  #hasAccepted = false;
  #turnsToAccept = 0;

  /**
   * @param begin - takes a request that is let in
   * @param refuse - answers one that is not
   */
  constructor(
    private readonly limits: LoadLimits,
    private readonly begin: RequestListener,
    private readonly refuse: RequestListener,
  ) {
    this.#limit = new InFlightLimit(limits);
  }

  /** Begins a request, has it wait, or refuses it. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const nowMs = performance.now();
    const idleMs = this.#clock.idleTime;
    if (idleMs - this.#idleMs > IDLE_MS) this.#beginTurn(nowMs, idleMs);
    if (this.#limit.isReached) this.refuse(request, response);
    else if (this.#line.length === 0 && nowMs - this.#busySinceMs < TURN_MS) this.#start(request, response);
    else this.#queue({ request, response, sinceMs: nowMs });
  }

  /** A connection was accepted, and others may wait for it. */
  accepted(): void {
    this.#hasAccepted = true;
  }

  /** Stops watching the loop. */
  close(): void {
    this.#limit.close();
  }

  #start(request: IncomingMessage, response: ServerResponse): void {
    this.#begun += 1;
    if (this.#coldLeft > 0) this.#coldLeft -= 1;
    this.begin(request, response);
    if (!response.writableEnded) this.#limit.count(response);
  }

  /** A turn begins: what was begun before it is done, or waits itself. */
  #beginTurn(nowMs: number, idleMs: number): void {
    this.#busySinceMs = nowMs;
    this.#idleMs = idleMs;
    this.#begun = 0;
  }

  #queue(waiting: Waiting): void {
    if (this.#line.length * this.#costMs > this.#longestWaitAt(waiting.sinceMs)) {
      this.refuse(waiting.request, waiting.response);
      return;
    }
    if (this.#line.length === 0) {
      this.#standingSinceMs = waiting.sinceMs;
      this.#standingTurns = 0;
    }
    this.#line.push(waiting);
    this.#drainSoon();
  }

  #longestWaitAt(nowMs: number): number {
    const isStanding = this.#standingTurns >= STANDING_TURNS && nowMs - this.#standingSinceMs > STANDING_MS;
    if (!isStanding) return Number.POSITIVE_INFINITY;
    return this.limits.eventLoopDelay * (this.#coldLeft > 0 ? COLD_PATIENCE : 1);
  }

  #drainSoon(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    setImmediate(this.#drain);
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
    const nowMs = performance.now();
    this.#learn();
    this.#beginTurn(nowMs, this.#clock.idleTime);
    this.#workOff(nowMs);
  };

  /** From one turn to the next, in CPU time: other processes of a busy machine must not count as load. */
  #learn(): void {
    const nowMs = cpuMs();
    const tookMs = nowMs - this.#cpuMs;
    this.#cpuMs = nowMs;
    if (this.#standingTurns < 2 || this.#begun === 0) return;
    this.#costMs += (tookMs / this.#begun - this.#costMs) * NEWEST;
  }

  /** The cost is of what a request does in all its turns: what it does after this loop is not seen by the clock in it. */
  #workOff(nowMs: number): void {
    const most = Math.min(MOST_BEGUN_PER_TURN, TURN_MS / Math.max(LEAST_COST_MS, this.#costMs));
    while (this.#begun === 0 || (this.#begun < most && performance.now() - nowMs < TURN_MS)) {
      const next = this.#line.shift();
      if (!next) return;
      this.#callUp(next, nowMs);
    }
    this.#drainSoon();
  }

  #callUp({ request, response, sinceMs }: Waiting, nowMs: number): void {
    if (isCutOff(request.socket)) return;
    const longestWaitMs = this.#longestWaitAt(nowMs);
    // Where the line is not too long, there was a pause of the process, which is no fault of the load.
    const isTooLong = this.#line.length * this.#costMs > longestWaitMs;
    if (isTooLong && nowMs - sinceMs > longestWaitMs * LATE_SHARE) this.refuse(request, response);
    else this.#start(request, response);
  }
}
