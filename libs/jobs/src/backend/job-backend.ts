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

/** What BullMQ's own closing may take before the connections below it are cut. */
const CLOSE_TIMEOUT_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;

/** A queue of BullMQ's on whichever store. */
export type JobQueue<D = unknown, R = unknown> = Queue<D, R, string, D, R, string, IQueueBackend>;
/** A worker of BullMQ's on whichever store. */
export type JobWorker<D = unknown, R = unknown> = Worker<D, R, string, IQueueBackend>;
/** BullMQ's maker of flows on whichever store. */
export type JobFlowProducer = FlowProducer<IQueueBackend>;

/** A queue and the people who use it: what BullMQ asks a store for. */
export interface QueueBackendOptions {
  readonly name: string;
  readonly options: QueueBaseOptions;
  /** A worker waits for jobs on a connection of its own. */
  readonly isBlocking: boolean;
}

/**
 * Where jobs live. It makes BullMQ's queues, workers and flows for one store, and watches over the store: nothing that is
 * asked through {@link call} waits longer than a second, and an outage is one line a minute on the log.
 *
 * Errors that BullMQ emits of its own accord (a lost connection, a query that failed) are taken care of here; whoever uses a
 * queue or a worker need not listen for `error`.
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

  /** A queue by its name. Makes no call by itself; those that follow belong into {@link call}. */
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
   * A worker for a queue. It goes on by itself after an outage: its next attempt to get a job is a second away at most.
   *
   * @param processor - `undefined` for a worker whose jobs are taken by hand
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
      // Whoever made the worker is told which jobs these are, by `lockRenewalFailed`.
      if (!error.message.startsWith('could not renew lock')) this.reportError(error);
    });
    return this.#track(worker);
  }

  /** Adds jobs that wait for other jobs. */
  createFlowProducer(options: Omit<FlowProducerOptions, 'connection'> = {}): JobFlowProducer {
    const flows: JobFlowProducer = new FlowProducer<IQueueBackend>(
      { ...options, connection: {} },
      this.#backendFactory,
    );
    flows.on('error', (error) => this.reportError(error));
    return this.#track(flows);
  }

  /**
   * Makes one call to the store, which gets a second, or what is left of one that several calls share. Work is not begun while the store is known to be away; work that was
   * begun and had no answer in time may have been done, so that a job that is added has an id of its caller's choosing.
   *
   * @param until - when it is given up, by `performance.now()`
   * @throws {BusError} `STORE_UNAVAILABLE` with the cause, when the store does not answer or cannot do its work. What the
   *   store says about the call itself (a job that does not exist) is thrown as it is
   */
  async call<T>(work: () => Promise<T>, until = computeCallDeadlineMs()): Promise<T> {
    const { outageCount } = this.outageMonitor;
    try {
      await waitWithTimeout(until - performance.now(), this.waitUntilAvailable());
      const answer = await waitWithTimeout(until - performance.now(), work());
      this.outageMonitor.recordSuccess(outageCount);
      return answer;
    } catch (error) {
      if (!this.isOutage(error)) throw error;
      this.outageMonitor.recordOutage(error);
      throw createFailure('STORE_UNAVAILABLE', { retryAfter: RETRY_AFTER_SECONDS, cause: error });
    }
  }

  /** Makes one call that adds jobs, and resolves once they outlive the store's own death; otherwise as {@link call}. */
  callDurably<T>(work: () => Promise<T>, until?: number): Promise<T> {
    return this.call(async () => {
      const added = await work();
      await this.waitUntilDurable();
      return added;
    }, until);
  }

  /**
   * Ends everything that was made here and every connection, within a few seconds even if the store hangs. Workers that
   * are to finish their jobs are closed by their owner before.
   */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** What the clock of the store shows, in epoch milliseconds; `undefined` where it is that of this host. Belongs into {@link call}. */
  abstract readClock(): Promise<number | undefined>;

  /** The store's part in a queue, a worker or a maker of flows. */
  protected abstract createQueueBackend(use: QueueBackendOptions): IQueueBackend;

  /** Resolves once calls can be made. Rejects, or stays open, while they cannot. */
  protected abstract waitUntilAvailable(): Promise<void>;

  /** Resolves once what the store has acknowledged is where its death does not reach; `undefined` where it is there already. */
  protected waitUntilDurable(): Promise<void> | undefined {
    return undefined;
  }

  /** Does this error say that the store is away or cannot work, rather than something about the call? */
  protected abstract isOutage(error: unknown): boolean;

  /** Cuts the connections. */
  protected abstract disconnect(): Promise<void>;

  /** What BullMQ or a connection says went wrong, outside of any call. */
  protected reportError(error: unknown): void {
    if (this.#closing) return;
    if (this.isOutage(error)) this.outageMonitor.recordOutage(error);
    else this.outageMonitor.recordBackgroundError(error);
  }

  async #closeAll(): Promise<void> {
    const endings = [...this.#openHandles].map((used) => waitWithTimeout(CLOSE_TIMEOUT_MS, used.close()));
    await Promise.allSettled(endings);
    await this.disconnect();
  }

  #track<T extends { close(): Promise<void> }>(used: T): T {
    this.#openHandles.add(used);
    return used;
  }
}
