import cluster, { type Worker } from 'node:cluster';
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
  #ended: Promise<void> | undefined;

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
    const ended = new Promise<void>((resolve) => {
      const end = (code: number) => {
        this.#worker = undefined;
        this.#isUp = false;
        this.onEnd(this, { code, wasTold: this.#isTold, livedMs: performance.now() - startedAtMs });
        resolve();
      };
      worker.once('exit', (code: number | null, signal) => end(code ?? this.#codeOf(signal, wasUp)));
      // One that could not be made does not exit.
      worker.on('error', () => worker.process.pid === undefined && end(1));
    });
    const listening = new Promise<void>((resolve) => {
      worker.once('listening', () => {
        wasUp = true;
        this.#isUp = true;
        // What it was told while it was starting, it did not hear.
        if (this.#isTold) tellToEnd(worker);
        resolve();
      });
    });
    this.#ended = ended;
    await Promise.race([listening, ended]);
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
    if (this.#isUp) tellToEnd(worker);
    // It serves nobody yet, and its start may take as long as it likes.
    else worker.process.kill('SIGTERM');
    await this.#ended;
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL');
  }

  /** Of one that was ended by a signal: our own to one that had not come up is no accident. */
  #codeOf(signal: string, wasUp: boolean): number {
    return this.#isTold && !wasUp && signal !== 'SIGKILL' ? 0 : 1;
  }
}

/** It may be gone already, which its end tells. */
function tellToEnd(worker: Worker): void {
  if (worker.isConnected()) worker.send(END, () => undefined);
}
