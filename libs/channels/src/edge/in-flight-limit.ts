import type { ServerResponse } from 'node:http';
import { cpuMs } from './cpu-time';
import type { LoadLimits } from './load-gate';

const SAMPLE_MS = 20;
/** A request meets the rest of the turn it comes in, and the whole of the turn that goes on with it. */
const TURNS_PER_REQUEST = 2;
/** One late turn is an accident, such as a collection of garbage; a few are a burst. */
const STRIKES = 6;
/** Turns in time that make up for a late one. */
const FORGIVEN = 0.1;
const DEEPEST_CUT = 0.2;
/** Per sample: half as much again in a second. */
const GROWTH = 1.008;
/** So many do not keep a loop late that is not late without them. */
const LEAST = 16;

/**
 * How many requests may be under way at once.
 *
 * The limit is as configured while the loop is in time. What requests do after they have waited for something cannot be put off
 * any more; where it keeps the loop late, fewer are let in, until it is not.
 */
export class InFlightLimit {
  readonly #most: number;
  readonly #longestTurnMs: number;
  readonly #sampler: NodeJS.Timeout;
  #limit: number;
  #count = 0;
  #peak = 0;
  #strikes = 0;
  #sampledAtMs = performance.now();
  #sampledAtCpuMs = cpuMs();

  constructor({ inFlight, eventLoopDelay }: LoadLimits) {
    this.#most = inFlight;
    this.#limit = inFlight;
    this.#longestTurnMs = eventLoopDelay / TURNS_PER_REQUEST;
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_MS).unref();
  }

  get isReached(): boolean {
    return this.#count >= this.#limit;
  }

  /** Counts a request until it is answered or its client is gone. */
  count(response: ServerResponse): void {
    this.#count += 1;
    if (this.#count > this.#peak) this.#peak = this.#count;
    response.on('close', this.#uncount);
  }

  close(): void {
    clearInterval(this.#sampler);
  }

  readonly #uncount = (): void => {
    this.#count -= 1;
  };

  #sample(): void {
    const nowMs = performance.now();
    const nowCpuMs = cpuMs();
    // Other processes of a busy machine make the loop late, too, and fewer requests do not help against them.
    const tookMs = Math.min(nowMs - this.#sampledAtMs, nowCpuMs - this.#sampledAtCpuMs);
    this.#sampledAtMs = nowMs;
    this.#sampledAtCpuMs = nowCpuMs;
    const share = this.#longestTurnMs / (tookMs - SAMPLE_MS);
    if (share > 1 || tookMs <= SAMPLE_MS) this.#recover();
    else this.#strike(share);
    this.#peak = this.#count;
  }

  #recover(): void {
    this.#strikes = Math.max(0, this.#strikes - FORGIVEN);
    this.#limit = Math.min(this.#most, this.#limit * GROWTH);
  }

  /** @param share - of the present turn, the part that would have been in time */
  #strike(share: number): void {
    this.#strikes += 1;
    if (this.#strikes < STRIKES) return;
    const cut = Math.min(this.#limit, this.#peak) * Math.max(DEEPEST_CUT, share);
    this.#limit = Math.min(this.#most, Math.max(LEAST, cut));
  }
}
