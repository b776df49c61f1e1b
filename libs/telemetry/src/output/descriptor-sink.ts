import { closeSync, write } from 'node:fs';
import { isBusy, onExit, sleepSync, writeAllSync } from './exit';
import { MAX_BUFFERED_CHARACTERS, type Sink, type SinkListener } from './sink';

/** Lines that are written together. */
interface Batch {
  readonly lines: number;
  readonly characters: number;
  readonly bytes: Buffer;
}

const MIN_RETRY_DELAY_MS = 1;
const MAX_RETRY_DELAY_MS = 64;
/** Wait at process exit for a pending write, which runs in another thread. */
const EXIT_GRACE_MS = 20;
const NO_BYTES = Buffer.alloc(0);

/**
 * Writes to a file descriptor without blocking the process: lines are queued in memory during a write. Lines that are queued when the process
 * exits are written synchronously.
 *
 * Pino's own destination (sonic-boom) is not used, since at exit it retries writing to a full disk forever.
 */
export class DescriptorSink implements Sink {
  readonly #descriptor: number;
  readonly #listener: SinkListener;
  readonly #removeExitListener: () => void;
  #state: 'idle' | 'scheduled' | 'writing' | 'closed' = 'idle';
  #queue: string[] = [];
  /** Bytes to be retried, while no write is pending. */
  #unwritten: Buffer = NO_BYTES;
  #bufferedCharacters = 0;
  #dropped = 0;
  #retryDelayMs = MIN_RETRY_DELAY_MS;
  #isFailing = false;
  /** Whether the last write ended within a line, so that the next one starts a new line. */
  #endsMidLine = false;
  #idleListeners: (() => void)[] = [];

  constructor(descriptor: number, listener: SinkListener) {
    this.#descriptor = descriptor;
    this.#listener = listener;
    this.#removeExitListener = onExit(() => this.#writeRemaining());
  }

  write(line: string): void {
    if (this.#state === 'closed') return;
    if (this.#bufferedCharacters + line.length > MAX_BUFFERED_CHARACTERS) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push(line);
    this.#bufferedCharacters += line.length;
    if (this.#state !== 'idle') return;
    // The lines of an event-loop iteration are written together, and no write is pending if it ends in process.exit().
    this.#state = 'scheduled';
    setImmediate(() => this.#writeNext());
  }

  flush(): Promise<void> {
    if (this.#state === 'idle' || this.#state === 'closed') return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Closes the descriptor. Later lines are dropped. */
  close(): void {
    // Stays open during a write, since another file could get its number.
    if (this.#state === 'idle') closeSync(this.#descriptor);
    this.#state = 'closed';
    this.#removeExitListener();
  }

  #writeNext(): void {
    if (this.#state === 'closed') return;
    if (this.#queue.length === 0) {
      this.#becomeIdle();
      return;
    }
    this.#state = 'writing';
    const lines = this.#queue;
    this.#queue = [];
    const text = lines.join('');
    const bytes = Buffer.from(this.#endsMidLine ? `\n${text}` : text);
    this.#write({ lines: lines.length, characters: text.length, bytes }, bytes);
  }

  #write(batch: Batch, rest: Buffer): void {
    this.#unwritten = NO_BYTES;
    write(this.#descriptor, rest, (error, count) => {
      if (this.#state === 'closed') return;
      if (isBusy(error)) this.#retry(batch, rest);
      else if (error) this.#handleError(error, batch, rest);
      else if (count < rest.length) this.#continueWrite(batch, rest.subarray(count));
      else this.#handleWritten(batch);
    });
  }

  #continueWrite(batch: Batch, rest: Buffer): void {
    this.#retryDelayMs = MIN_RETRY_DELAY_MS;
    this.#write(batch, rest);
  }

  /**
   * Retries a write to a full pipe. There is no event for free space; a reader that keeps up frees some within a millisecond. A blocked reader
   * must not keep the process alive.
   */
  #retry(batch: Batch, rest: Buffer): void {
    this.#unwritten = rest;
    setTimeout(() => this.#write(batch, rest), this.#retryDelayMs).unref();
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, MAX_RETRY_DELAY_MS);
  }

  #handleWritten(batch: Batch): void {
    this.#bufferedCharacters -= batch.characters;
    this.#endsMidLine = false;
    this.#isFailing = false;
    this.#retryDelayMs = MIN_RETRY_DELAY_MS;
    this.#writeNext();
  }

  #handleError(error: Error, batch: Batch, rest: Buffer): void {
    this.#bufferedCharacters -= batch.characters;
    this.#dropped += batch.lines;
    this.#endsMidLine ||= rest.length < batch.bytes.length;
    if (!this.#isFailing) this.#listener.onError(error);
    this.#isFailing = true;
    this.#writeNext();
  }

  #becomeIdle(): void {
    this.#state = 'idle';
    for (const resolve of this.#idleListeners.splice(0)) resolve();
    if (this.#dropped === 0 || this.#isFailing) return;
    const lines = this.#dropped;
    this.#dropped = 0;
    this.#listener.onDropped(lines);
  }

  #writeRemaining(): void {
    if (this.#state === 'writing' && this.#unwritten === NO_BYTES) sleepSync(EXIT_GRACE_MS);
    writeAllSync(this.#descriptor, Buffer.concat([this.#unwritten, Buffer.from(this.#queue.join(''))]));
  }
}
