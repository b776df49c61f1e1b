import { createFailure } from '@trunkline/failures';
import {
  type BackendFactory,
  type FlowProducerOptions,
  FlowProducer,
  type IQueueBackend,
  type Processor,
  Queue,
  type QueueBaseOptions,
  type QueueOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { waitWithTimeout } from '@trunkline/time';
import { computeCallDeadlineMs } from './call-timeout';
import { propagateFlowErrors } from './propagate-flow-errors';
import type { OutageMonitor } from './outage-monitor';

/** Time limit of BullMQ's own closing. Then the connections are disconnected. */
const CLOSE_TIMEOUT_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;

/** A BullMQ queue on any store. */
export type JobQueue<D = unknown, R = unknown> = Queue<D, R, string, D, R, string, IQueueBackend>;
/** A BullMQ worker on any store. */
export type JobWorker<D = unknown, R = unknown> = Worker<D, R, string, IQueueBackend>;
/** A BullMQ flow producer on any store. */
export type JobFlowProducer = FlowProducer<IQueueBackend>;

/** What BullMQ requests from a store: the backend of a queue, a worker or a flow producer. */
export interface QueueBackendOptions {
  readonly name: string;
  readonly options: QueueBaseOptions;
  /** A worker waits for jobs on its own connection. */
  readonly isBlocking: boolean;
}

/**
 * A store of jobs. It creates BullMQ's queues, workers and flow producers, and monitors the store: a {@link call} takes at most a
 * second, and an outage is logged at most once a minute.
 *
 * It handles the `error` events of BullMQ (a lost connection, a failed query); users of a queue or a worker need no listener.
 */
export abstract class JobBackend {
  abstract readonly kind: 'embedded' | 'redis' | 'postgres';
  readonly #openHandles = new Set<{ close(): Promise<void> }>();
  readonly #backendFactory: BackendFactory = (name, options, use) =>
    propagateFlowErrors(
      this.createQueueBackend({
        name,
        options,
        isBlocking: use?.withBlockingConnection === true || use?.blocking === true,
      }),
    );
  #closing: Promise<void> | undefined;

  protected constructor(protected readonly outageMonitor: OutageMonitor) {}

  /** Creates a queue, without a call to the store. Calls of the queue are made within {@link call}. */
  createQueue<D = unknown, R = unknown>(name: string, options: Omit<QueueOptions, 'connection'> = {}): JobQueue<D, R> {
    const queue: JobQueue<D, R> = new Queue<D, R, string, D, R, string, IQueueBackend>(
      name,
      { ...options, connection: {} },
      this.#backendFactory,
    );
    queue.on('error', (error) => this.reportError(error));
    return this.#track(queue);
  }

  /**
   * Creates a worker for a queue. After an outage it continues by itself, within a second.
   *
   * @param processor - `undefined` for a worker whose caller fetches the jobs
   */
  createWorker<D = unknown, R = unknown>(
    name: string,
    processor: Processor<D, R> | undefined,
    options: Omit<WorkerOptions, 'connection'> = {},
  ): JobWorker<D, R> {
    const worker: JobWorker<D, R> = new Worker<D, R, string, IQueueBackend>(
      name,
      processor,
      { drainDelay: 2, runRetryDelay: 1_000, ...options, connection: {} },
      this.#backendFactory,
    );
    worker.on('error', (error) => {
      // The event `lockRenewalFailed` reports these, with the jobs.
      if (!error.message.startsWith('could not renew lock')) this.reportError(error);
    });
    return this.#track(worker);
  }

  /** Creates a producer of jobs that wait for other jobs. */
  createFlowProducer(options: Omit<FlowProducerOptions, 'connection'> = {}): JobFlowProducer {
    const flows: JobFlowProducer = new FlowProducer<IQueueBackend>(
      { ...options, connection: {} },
      this.#backendFactory,
    );
    flows.on('error', (error) => this.reportError(error));
    return this.#track(flows);
  }

  /**
   * Makes one call to the store, with a time limit of a second or with a deadline that several calls share. No work starts while the
   * store is known to be unavailable. Work that timed out may have been carried out: callers choose the ids of the jobs they add.
   *
   * @param deadlineMs - when the call is aborted, by `performance.now()`
   * @throws {BusError} `STORE_UNAVAILABLE` with the cause, when the store does not respond or cannot work. Errors about the call
   *   itself, such as a missing job, are thrown unchanged
   */
  async call<T>(work: () => Promise<T>, deadlineMs = computeCallDeadlineMs()): Promise<T> {
    const { outageCount } = this.outageMonitor;
    try {
      const available = this.waitUntilAvailable();
      if (available) await waitWithTimeout(deadlineMs - performance.now(), available);
      const result = await waitWithTimeout(deadlineMs - performance.now(), work());
      this.outageMonitor.recordSuccess(outageCount);
      return result;
    } catch (error) {
      if (!this.isOutage(error)) throw error;
      this.outageMonitor.recordOutage(error);
      throw createFailure('STORE_UNAVAILABLE', { retryAfter: RETRY_AFTER_SECONDS, cause: error });
    }
  }

  /** Makes one {@link call} that adds jobs. When it resolves, they survive a crash of the store. */
  callDurably<T>(work: () => Promise<T>, deadlineMs?: number): Promise<T> {
    return this.call(async () => {
      const added = await work();
      await this.waitUntilDurable();
      return added;
    }, deadlineMs);
  }

  /**
   * Closes all queues, workers, flow producers and connections, within a few seconds even if the store hangs. To let jobs finish,
   * close their workers before.
   */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** Reads the clock of the store, in epoch milliseconds; `undefined` if it is that of this host. Use it within {@link call}. */
  abstract readClock(): Promise<number | undefined>;

  /** Creates the backend of a queue, a worker or a flow producer. */
  protected abstract createQueueBackend(use: QueueBackendOptions): IQueueBackend;

  /** Resolves once calls can be made. Rejects, or stays pending, while they cannot. `undefined` if they certainly can. */
  protected abstract waitUntilAvailable(): Promise<void> | undefined;

  /** Resolves once acknowledged writes are durable; `undefined` if they already are. */
  protected waitUntilDurable(): Promise<void> | undefined {
    return undefined;
  }

  /** Whether an error means that the store is unavailable or cannot work. Other errors are about the call. */
  protected abstract isOutage(error: unknown): boolean;

  /** Disconnects from the store. */
  protected abstract disconnect(): Promise<void>;

  /** Records an error that BullMQ or a connection emits outside of any call. */
  protected reportError(error: unknown): void {
    if (this.#closing) return;
    if (this.isOutage(error)) this.outageMonitor.recordOutage(error);
    else this.outageMonitor.recordBackgroundError(error);
  }

  async #closeAll(): Promise<void> {
    const closings = [...this.#openHandles].map((handle) => waitWithTimeout(CLOSE_TIMEOUT_MS, handle.close()));
    await Promise.allSettled(closings);
    await this.disconnect();
  }

  #track<T extends { close(): Promise<void> }>(handle: T): T {
    this.#openHandles.add(handle);
    return handle;
  }
}
