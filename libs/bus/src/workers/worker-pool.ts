import type { Logger } from '@trunkline/telemetry';
import { RestartPolicy } from './restart-policy';
import { type WorkerExit, WorkerSlot } from './worker-slot';

/** Options of a {@link WorkerPool}. */
export interface WorkerPoolOptions {
  readonly count: number;
  /** Arguments of the command that a worker runs. */
  readonly args: readonly string[];
  readonly logger: Logger;
}

/**
 * The worker processes of one bus, on one port. A worker that crashes is replaced, later each time if it crashes soon; a worker that was
 * asked to stop is not.
 */
export class WorkerPool {
  readonly #slots: readonly WorkerSlot[];
  readonly #logger: Logger;
  readonly #restartPolicies: readonly RestartPolicy[];
  #isStopping = false;
  #isRestarting = false;
  #hasServed = false;
  #highestExitCode = 0;
  #resolveExitCode: (code: number) => void = () => undefined;

  constructor({ count, args, logger }: WorkerPoolOptions) {
    this.#logger = logger;
    const onExit = (slot: WorkerSlot, exit: WorkerExit) => this.#handleExit(slot, exit);
    this.#slots = Array.from({ length: count }, (_, index) => new WorkerSlot(index, args, onExit));
    this.#restartPolicies = this.#slots.map(() => new RestartPolicy());
  }

  /**
   * Runs until all workers have exited. The first worker starts alone: if it cannot start, none can, and the pool ends.
   *
   * @returns the highest exit code of the workers
   */
  async run(): Promise<number> {
    const exitCode = new Promise<number>((resolve) => (this.#resolveExitCode = resolve));
    const [first, ...others] = this.#slots;
    this.#hasServed = (await first?.start()) === true;
    if (this.#hasServed && !this.#isStopping) for (const slot of others) void slot.start();
    return exitCode;
  }

  /** Shuts all workers down, and resolves when they have exited. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#slots.map((slot) => slot.stop()));
    this.#resolveExitCode(this.#highestExitCode);
  }

  /** Kills all workers. */
  kill(): void {
    this.#isStopping = true;
    for (const slot of this.#slots) slot.kill();
  }

  /** Restarts the workers one by one, while the others listen. Stops at the first that does not come up. */
  async restartOneByOne(): Promise<void> {
    if (this.#isRestarting) return;
    this.#isRestarting = true;
    for (const slot of this.#slots) {
      await slot.stop();
      if (this.#isStopping || (await slot.start())) continue;
      this.#logger.error({ worker: slot.index }, 'a restarted worker did not come up; the other workers keep running');
      break;
    }
    this.#isRestarting = false;
  }

  #handleExit(slot: WorkerSlot, exit: WorkerExit): void {
    if (exit.wasRequested || this.#isStopping) {
      this.#highestExitCode = Math.max(this.#highestExitCode, exit.code);
      return;
    }
    const isAnyListening = this.#slots.some(({ isListening }) => isListening);
    const crash = { uptimeMs: exit.uptimeMs, isAnyListening, hasServed: this.#hasServed };
    const delayMs = this.#restartPolicies[slot.index]?.recordCrash(crash);
    if (delayMs === undefined) {
      this.#highestExitCode = exit.code || 1;
      void this.stop();
      return;
    }
    this.#logger.error(
      { worker: slot.index, exitCode: exit.code, waitMs: delayMs },
      'worker crashed and will be replaced',
    );
    slot.startAfter(delayMs);
  }
}
