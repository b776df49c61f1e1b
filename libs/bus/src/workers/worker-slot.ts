import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { END } from './end-of-process';

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number;
  /** Was it told to end? */
  readonly wasTold: boolean;
  readonly livedMs: number;
}

/** One of the processes of a bus: it is the same one to others when it has been replaced. */
export class WorkerSlot {
  #worker: Worker | undefined;
  #isUp = false;
  #isTold = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param index - from 0
   * @param args - of the command that the worker runs
   * @param onEnd - told of every end of a worker
   */
  constructor(
    readonly index: number,
    private readonly args: readonly string[],
    private readonly onEnd: (slot: WorkerSlot, end: WorkerEnd) => void,
  ) {}

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Starts a worker. @returns once it listens or has ended; did it come up? */
  async start(): Promise<boolean> {
    cluster.setupPrimary({ args: [...this.args] });
    const worker = cluster.fork();
    const startedAtMs = performance.now();
    this.#worker = worker;
    this.#isTold = false;
    let wasUp = false;
    worker.once('listening', () => {
      wasUp = true;
      this.#isUp = true;
      // What it was told while it was starting, it did not hear.
      if (this.#isTold) worker.send(END);
    });
    worker.once('exit', (code: number | null) => {
      this.#worker = undefined;
      this.#isUp = false;
      const livedMs = performance.now() - startedAtMs;
      // Without a code, it was ended by a signal.
      this.onEnd(this, { code: code ?? 1, wasTold: this.#isTold, livedMs });
    });
    await Promise.race([once(worker, 'listening'), once(worker, 'exit')]);
    return wasUp;
  }

  /** Starts a worker later on, unless the slot is ended before. */
  startAfter(ms: number): void {
    this.#timer = setTimeout(() => void this.start(), ms);
  }

  /** Tells the worker to end in order. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isTold = true;
    const worker = this.#worker;
    if (!worker) return;
    if (worker.isConnected()) worker.send(END);
    await once(worker, 'exit');
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL');
  }
}
