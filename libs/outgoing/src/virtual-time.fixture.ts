const realSetTimeout = setTimeout;
const eventLoopUtilization = performance.eventLoopUtilization.bind(performance);

/** Real milliseconds of a round, and how much of it the event loop may have worked for the round to be quiet. */
const ROUND_MS = 2;
const MAX_ACTIVE_MS = 0.5;
/** A single quiet round is no proof: some work of Node does not show in the event loop. */
const QUIET_ROUNDS = 6;
/** Work of the thread pool: files, names of hosts. */
const THREAD_POOL_WORK = /^(?:FSReq|GetAddrInfo)/;

const UNTOUCHED = ['Date', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;

/**
 * Time that passes only while nothing else happens: the next timer fires once the sockets of the process are quiet. What a spec measures
 * with the clock of the process is exact, however busy the machine is, and no wait takes real time.
 */
export class VirtualTime {
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;

  private constructor() {
    this.#loop = this.#advance();
  }

  /** Uses virtual time in all specs of the file. */
  static use(): void {
    let time: VirtualTime | undefined;
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: [...UNTOUCHED] });
      time = new VirtualTime();
    });
    afterEach(async () => {
      await time?.stop();
      jest.useRealTimers();
    });
  }

  async #advance(): Promise<void> {
    let quietRounds = 0;
    while (!this.#stopping.signal.aborted) {
      quietRounds = (await passRound()) ? quietRounds + 1 : 0;
      if (quietRounds < QUIET_ROUNDS || jest.getTimerCount() === 0) continue;
      jest.advanceTimersToNextTimer();
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
