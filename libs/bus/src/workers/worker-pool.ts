import type { Logger } from '@trunkline/telemetry';
import { RestartPolicy } from './restart-policy';
import { type WorkerExit, WorkerSlot } from './worker-slot';

/** How workers are run. */
export interface WorkerPoolOptions {
  readonly count: number;
  /** Of the command that a worker runs. */
  readonly args: readonly string[];
  readonly logger: Logger;
}

/**
 * Several processes of one bus on one port. A worker that dies is replaced, each time a little later if it does not live long; one
 * that is told to end is not.
 */
export class WorkerPool {
  readonly #slots: readonly WorkerSlot[];
  readonly #logger: Logger;
  readonly #restartPolicies: readonly RestartPolicy[];
  #isStopping = false;
  #isRestarting = false;
  #hasServed = false;
  #worstCode = 0;
  #resolveExitCode: (code: number) => void = () => undefined;

  constructor({ count, args, logger }: WorkerPoolOptions) {
    this.#logger = logger;
    const onEnd = (slot: WorkerSlot, end: WorkerExit) => this.#handleExit(slot, end);
    this.#slots = Array.from({ length: count }, (_, index) => new WorkerSlot(index, args, onEnd));
    this.#restartPolicies = this.#slots.map(() => new RestartPolicy());
  }

  /**
   * Runs until all workers have ended. What keeps the first one from starting would keep all: it is started alone, and its end is
   * that of the pool.
   *
   * @returns the worst exit code of them
   */
  async run(): Promise<number> {
    const ended = new Promise<number>((resolve) => (this.#resolveExitCode = resolve));
    const [first, ...others] = this.#slots;
    this.#hasServed = (await first?.start()) === true;
    if (this.#hasServed && !this.#isStopping) for (const slot of others) void slot.start();
    return ended;
  }

  /** Tells all workers to end in order. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#slots.map((slot) => slot.stop()));
    this.#resolveExitCode(this.#worstCode);
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#isStopping = true;
    for (const slot of this.#slots) slot.kill();
  }

  /** Replaces the workers one by one, while the others serve; stops at the first that does not come up. */
  async restartOneByOne(): Promise<void> {
    if (this.#isRestarting) return;
    this.#isRestarting = true;
    for (const slot of this.#slots) {
      await slot.stop();
      if (this.#isStopping || (await slot.start())) continue;
      this.#logger.error({ worker: slot.index }, 'a worker did not come up again; the others stay as they are');
      break;
    }
    this.#isRestarting = false;
  }

  #handleExit(slot: WorkerSlot, end: WorkerExit): void {
    if (end.wasRequested || this.#isStopping) {
      this.#worstCode = Math.max(this.#worstCode, end.code);
      return;
    }
    const isAnyListening = this.#slots.some(({ isListening }) => isListening);
    const crash = { uptimeMs: end.uptimeMs, isAnyListening, hasServed: this.#hasServed };
    const waitMs = this.#restartPolicies[slot.index]?.recordCrash(crash);
    if (waitMs === undefined) {
      this.#worstCode = end.code || 1;
      void this.stop();
      return;
    }
    this.#logger.error({ worker: slot.index, exitCode: end.code, waitMs }, 'a worker has died and will be replaced');
    slot.startAfter(waitMs);
  }
}
