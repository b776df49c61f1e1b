import cluster, { type Worker } from 'node:cluster';
import { SHUTDOWN_MESSAGE } from '../lifecycle/shutdown-signals';

/** How a worker ended. */
export interface WorkerExit {
  readonly code: number;
  /** Was it told to end? */
  readonly wasRequested: boolean;
  readonly uptimeMs: number;
}

/** One of the processes of a bus: it is the same one to others when it has been replaced. */
export class WorkerSlot {
  #worker: Worker | undefined;
  #isListening = false;
  #isStopRequested = false;
  #timer: NodeJS.Timeout | undefined;
  #exited: Promise<void> | undefined;

  /**
   * @param index - from 0
   * @param args - of the command that the worker runs
   * @param onExit - told of every end of a worker
   */
  constructor(
    readonly index: number,
    private readonly args: readonly string[],
    private readonly onExit: (slot: WorkerSlot, end: WorkerExit) => void,
  ) {}

  get isListening(): boolean {
    return this.#isListening;
  }

  /** Starts a worker. @returns once it listens or has ended; did it come up? */
  async start(): Promise<boolean> {
    cluster.setupPrimary({ args: [...this.args] });
    const worker = cluster.fork();
    const startedAtMs = performance.now();
    this.#worker = worker;
    this.#isStopRequested = false;
    let wasUp = false;
    const ended = new Promise<void>((resolve) => {
      const end = (code: number) => {
        this.#worker = undefined;
        this.#isListening = false;
        this.onExit(this, { code, wasRequested: this.#isStopRequested, uptimeMs: performance.now() - startedAtMs });
        resolve();
      };
      worker.once('exit', (code: number | null, signal) => end(code ?? this.#toExitCode(signal, wasUp)));
      // One that could not be made does not exit.
      worker.on('error', () => worker.process.pid === undefined && end(1));
    });
    const listening = new Promise<void>((resolve) => {
      worker.once('listening', () => {
        wasUp = true;
        this.#isListening = true;
        // What it was told while it was starting, it did not hear.
        if (this.#isStopRequested) requestShutdown(worker);
        resolve();
      });
    });
    this.#exited = ended;
    await Promise.race([listening, ended]);
    return wasUp;
  }

  /** Starts a worker later on, unless the slot is ended before. */
  startAfter(ms: number): void {
    this.#timer = setTimeout(() => void this.start(), ms);
  }

  /** Tells the worker to end in order. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isStopRequested = true;
    const worker = this.#worker;
    if (!worker) return;
    if (this.#isListening) requestShutdown(worker);
    // It serves nobody yet, and its start may take as long as it likes.
    else worker.process.kill('SIGTERM');
    await this.#exited;
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL');
  }

  /** Of one that was ended by a signal: our own to one that had not come up is no accident. */
  #toExitCode(signal: string, wasUp: boolean): number {
    return this.#isStopRequested && !wasUp && signal !== 'SIGKILL' ? 0 : 1;
  }
}

/** It may be gone already, which its end tells. */
function requestShutdown(worker: Worker): void {
  if (worker.isConnected()) worker.send(SHUTDOWN_MESSAGE, () => undefined);
}
