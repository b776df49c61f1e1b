import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { BusError, createFailure } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import { waitWithTimeout } from '@trunkline/time';
import { CALL_TIMEOUT_MS, computeCallDeadlineMs } from '../backend/call-timeout';
import { StoreFileError } from '../backend/embedded/store-file-error';
import type { JobBackend } from '../backend/job-backend';
import { JobStoreError } from '../backend/job-store-error';
import type { JobStore } from './job-store';

/** What a {@link JobStoreOpener} opens, and what happens then. */
export interface JobStoreOpenerOptions {
  readonly store: JobStore;
  readonly isEmbedded: boolean;
  /** The directory of an embedded store. Absolute. */
  readonly directory: string;
  readonly logger: Logger;
  /** Called when the store is open. The opening lasts until it has resolved. */
  readonly onOpen: (backend: JobBackend) => Promise<void>;
}

/** How long a start waits for an existing embedded store to open. */
const OPEN_TIMEOUT_MS = 10_000;
/** How long a start waits for a new embedded store: by then it is known whether another process holds the directory. */
const LOCK_CHECK_TIMEOUT_MS = 250;
/** How long a job waits for a new embedded store, whose creation takes several seconds on a busy machine. */
const CREATE_TIMEOUT_MS = 15_000;
/** Delay before another attempt to open a store that could not be opened at start. It doubles each time. */
const REOPEN_DELAY_MS = { first: 1_000, longest: 60_000 };

/** Opens the store of jobs, at start or for the first job, and reopens it after a failed start. */
export class JobStoreOpener {
  readonly #options: JobStoreOpenerOptions;
  readonly #closing = new AbortController();
  #opening: Promise<void> | undefined;
  #isOpen = false;
  /** The files of an embedded store exist, so that a job waits for it no longer than for any other call. */
  #isCreated = false;

  constructor(options: JobStoreOpenerOptions) {
    this.#options = options;
  }

  /** There is a store that jobs of an earlier run may be in. */
  get hasStore(): boolean {
    return !this.#options.isEmbedded || existsSync(this.#options.directory);
  }

  /**
   * Opens the store at start. A start does not wait for a new embedded store, whose creation takes seconds.
   *
   * @throws {JobStoreError} when the store cannot be used as configured. An unavailable store does not stop a start
   */
  async openAtStart(): Promise<void> {
    const { isEmbedded, logger } = this.#options;
    const { hasStore } = this;
    this.#isCreated = hasStore;
    const opened = this.#open();
    if (!isEmbedded) return opened;
    const opening = opened.catch((err: unknown) => this.#handleOpenFailure(err));
    const timeoutMs = hasStore ? OPEN_TIMEOUT_MS : LOCK_CHECK_TIMEOUT_MS;
    const isSettled = await Promise.race([opening.then(() => true), pause(timeoutMs, false, { ref: false })]);
    if (!isSettled) opening.catch((err: unknown) => logger.error({ err }, 'the job store could not be opened'));
  }

  /**
   * Waits until the store is open, and opens it if need be.
   *
   * @returns the deadline of the call that follows, by `performance.now()`: the wait for an existing store is part of its second
   * @throws {BusError} `STORE_UNAVAILABLE`
   */
  async waitUntilOpen(): Promise<number> {
    const deadlineMs = computeCallDeadlineMs();
    if (this.#isOpen) return deadlineMs;
    const wasCreated = this.#isCreated;
    await waitWithTimeout(wasCreated ? CALL_TIMEOUT_MS : CREATE_TIMEOUT_MS, this.#open()).catch((cause: unknown) => {
      throw cause instanceof BusError ? cause : createFailure('STORE_UNAVAILABLE', { cause });
    });
    return wasCreated ? deadlineMs : computeCallDeadlineMs();
  }

  /** Stops reopening the store. */
  stop(): void {
    this.#closing.abort();
  }

  /** Opens the store once. After a failure, the next call tries again. */
  #open(): Promise<void> {
    if (this.#opening) return this.#opening;
    const { store, onOpen } = this.#options;
    const opening = store.open().then((backend) => {
      this.#isCreated = true;
      return onOpen(backend);
    });
    this.#opening = opening;
    opening.then(
      () => (this.#isOpen = true),
      () => (this.#opening = undefined),
    );
    return opening;
  }

  /**
   * Lets the bus start without an embedded store that the file system does not let it open; jobs are 503 until it is open.
   *
   * @throws {JobStoreError} when another process holds the store
   */
  #handleOpenFailure(err: unknown): void {
    // The shutdown has aborted the opening.
    if (this.#closing.signal.aborted) return;
    if (err instanceof JobStoreError) throw err;
    const file = err instanceof StoreFileError ? err.file : this.#options.directory;
    this.#options.logger.error({ file, err }, 'the job store cannot be opened; jobs are rejected until it is');
    void this.#retryOpening();
  }

  async #retryOpening(): Promise<void> {
    const { first, longest } = REOPEN_DELAY_MS;
    const { signal } = this.#closing;
    for (let delayMs = first; !signal.aborted; delayMs = Math.min(delayMs * 2, longest)) {
      await pause(delayMs, undefined, { ref: false, signal }).catch(() => undefined);
      const isFinished = await this.#open().then(
        () => true,
        () => signal.aborted,
      );
      if (isFinished) return;
    }
  }
}
