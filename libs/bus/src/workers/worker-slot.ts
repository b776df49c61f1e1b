import cluster, { type Worker } from 'node:cluster';
import { SHUTDOWN_MESSAGE } from '../lifecycle/shutdown-signals';

/** The exit of a worker. */
export interface WorkerExit {
  readonly code: number;
  /** Whether the worker was asked to stop. */
  readonly wasRequested: boolean;
  readonly uptimeMs: number;
}

/** The place of one worker process in a pool. It keeps its index when the worker is replaced. */
export class WorkerSlot {
  #worker: Worker | undefined;
  #isListening = false;
  #isStopRequested = false;
  #timer: NodeJS.Timeout | undefined;
  #exited: Promise<void> | undefined;

  /**
   * @param index - from 0
   * @param args - arguments of the command that the worker runs
   * @param onExit - called for every exit of a worker
   */
  constructor(
    readonly index: number,
    private readonly args: readonly string[],
    private readonly onExit: (slot: WorkerSlot, exit: WorkerExit) => void,
  ) {}

  get isListening(): boolean {
    return this.#isListening;
  }

  /**
   * Starts a worker, and resolves when it listens or has exited.
   *
   * @returns whether it has listened
   */
  async start(): Promise<boolean> {
    cluster.setupPrimary({ args: [...this.args] });
    const worker = cluster.fork();
    const startedAtMs = performance.now();
    this.#worker = worker;
    this.#isStopRequested = false;
    let hasListened = false;
    const exited = new Promise<void>((resolve) => {
      const handleExit = (code: number) => {
        this.#worker = undefined;
        this.#isListening = false;
        this.onExit(this, { code, wasRequested: this.#isStopRequested, uptimeMs: performance.now() - startedAtMs });
        resolve();
      };
      worker.once('exit', (code: number | null, signal) => handleExit(code ?? this.#toExitCode(signal, hasListened)));
      // A worker that could not be forked emits no exit event.
      worker.on('error', () => worker.process.pid === undefined && handleExit(1));
    });
    const listening = new Promise<void>((resolve) => {
      worker.once('listening', () => {
        hasListened = true;
        this.#isListening = true;
        // A worker that is starting does not receive messages yet.
        if (this.#isStopRequested) requestShutdown(worker);
        resolve();
      });
    });
    this.#exited = exited;
    await Promise.race([listening, exited]);
    return hasListened;
  }

  /** Starts a worker after a delay, unless the slot is stopped before. */
  startAfter(ms: number): void {
    this.#timer = setTimeout(() => void this.start(), ms);
  }

  /** Shuts the worker down, and resolves when it has exited. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isStopRequested = true;
    const worker = this.#worker;
    if (!worker) return;
    if (this.#isListening) requestShutdown(worker);
    // It has no requests in flight, and its start may take any time.
    else worker.process.kill('SIGTERM');
    await this.#exited;
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL');
  }

  /** The exit code of a worker that a signal ended. A SIGTERM from this slot to a worker that was starting is not a failure. */
  #toExitCode(signal: string, hasListened: boolean): number {
    return this.#isStopRequested && !hasListened && signal !== 'SIGKILL' ? 0 : 1;
  }
}

/** A worker that has disconnected already is handled by its exit event. */
function requestShutdown(worker: Worker): void {
  if (worker.isConnected()) worker.send(SHUTDOWN_MESSAGE, () => undefined);
}
