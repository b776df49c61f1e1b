const realSetTimeout = setTimeout;
const eventLoopUtilization = performance.eventLoopUtilization.bind(performance);

/** Real milliseconds of a round, and how much of it the event loop may have worked for the round to be quiet. */
const ROUND_MS = 2;
const MAX_ACTIVE_MS = 0.5;
/** A single quiet round is no proof: some work of Node does not show in the event loop. */
const QUIET_ROUNDS = 6;
/** Work of the thread pool: files, names of hosts. */
const THREAD_POOL_WORK = /^(?:FSReq|GetAddrInfo)/;

/** What {@link VirtualTime} uses of a test runner: `jest` and `vi` of vitest have it. */
export interface FakeTimers {
  getTimerCount(): number;
  advanceTimersToNextTimer(): unknown;
}

/**
 * Time that passes only while nothing else happens: the next fake timer fires once the sockets of the process are quiet. What a test
 * measures with the fake clock is exact, however busy the machine is, and no wait takes real time.
 *
 * The test installs the fake timers before, without `nextTick`, `queueMicrotask` and `setImmediate`, which sockets need.
 */
export class VirtualTime {
  readonly #stopping = new AbortController();
  readonly #timers: FakeTimers;
  readonly #loop: Promise<void>;

  /** Starts to advance the time. The test stops it. @param timers - `jest` or `vi` */
  constructor(timers: FakeTimers) {
    this.#timers = timers;
    this.#loop = this.#advance();
  }

  async #advance(): Promise<void> {
    let quietRounds = 0;
    while (!this.#stopping.signal.aborted) {
      quietRounds = (await passRound()) ? quietRounds + 1 : 0;
      if (quietRounds < QUIET_ROUNDS || this.#timers.getTimerCount() === 0) continue;
      this.#timers.advanceTimersToNextTimer();
      quietRounds = 0;
    }
  }

  /** Resolves once no timer fires any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }
}

/** @returns whether nothing happened meanwhile */
async function passRound(): Promise<boolean> {
  const before = eventLoopUtilization();
  await new Promise((resolve) => realSetTimeout(resolve, ROUND_MS));
  const isWaiting = process.getActiveResourcesInfo().some((name) => THREAD_POOL_WORK.test(name));
  return !isWaiting && eventLoopUtilization(before).active < MAX_ACTIVE_MS;
}
