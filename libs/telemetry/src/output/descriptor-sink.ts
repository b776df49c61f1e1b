import { closeSync, write } from 'node:fs';
import { isBusy, onExit, sleepSync, writeAllSync } from './exit';
import { MOST_KEPT, type Sink, type SinkWatcher } from './sink';

/** Lines on their way out together. */
interface Batch {
  readonly lines: number;
  readonly characters: number;
  readonly bytes: Buffer;
}

const FIRST_RETRY_AFTER_MS = 1;
const LAST_RETRY_AFTER_MS = 64;
/** What a write that is under way is given when the process exits: it goes on in another thread. */
const LAST_MOMENT_MS = 20;
const NOTHING = Buffer.alloc(0);

/**
 * Writes to a file descriptor without ever holding up the process: lines wait in memory for the one write that is under way. Those
 * that still wait when the process exits are written then.
 *
 * Not by pino's own destination (sonic-boom), which at exit tries to write to a full disk for ever.
 */
export class DescriptorSink implements Sink {
  readonly #descriptor: number;
  readonly #watcher: SinkWatcher;
  readonly #forgetExit: () => void;
  #state: 'idle' | 'scheduled' | 'writing' | 'closed' = 'idle';
  #waiting: string[] = [];
  /** What is to be tried again, while no write is under way. */
  #left: Buffer = NOTHING;
  #kept = 0;
  #dropped = 0;
  #retryAfterMs = FIRST_RETRY_AFTER_MS;
  #isInTrouble = false;
  /** The last write ended within a line: the next one starts a new line. */
  #isTorn = false;
  #whenIdle: (() => void)[] = [];

  constructor(descriptor: number, watcher: SinkWatcher) {
    this.#descriptor = descriptor;
    this.#watcher = watcher;
    this.#forgetExit = onExit(() => this.#writeRest());
  }

  write(line: string): void {
    if (this.#state === 'closed') return;
    if (this.#kept + line.length > MOST_KEPT) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#kept += line.length;
    if (this.#state !== 'idle') return;
    // The lines of one turn of the event loop go out together, and none is under way where the turn ends in process.exit().
    this.#state = 'scheduled';
    setImmediate(() => this.#next());
  }

  flush(): Promise<void> {
    if (this.#state === 'idle' || this.#state === 'closed') return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Closes the descriptor. Lines after that are dropped. */
  close(): void {
    // While it is written to it stays open: somebody else could be given its number.
    if (this.#state === 'idle') closeSync(this.#descriptor);
    this.#state = 'closed';
    this.#forgetExit();
  }

  #next(): void {
    if (this.#state === 'closed') return;
    if (this.#waiting.length === 0) {
      this.#becomeIdle();
      return;
    }
    this.#state = 'writing';
    const lines = this.#waiting;
    this.#waiting = [];
    const text = lines.join('');
    const bytes = Buffer.from(this.#isTorn ? `\n${text}` : text);
    this.#write({ lines: lines.length, characters: text.length, bytes }, bytes);
  }

  #write(batch: Batch, rest: Buffer): void {
    this.#left = NOTHING;
    write(this.#descriptor, rest, (error, count) => {
      if (this.#state === 'closed') return;
      if (isBusy(error)) this.#retry(batch, rest);
      else if (error) this.#failed(error, batch, rest);
      else if (count < rest.length) this.#goOn(batch, rest.subarray(count));
      else this.#written(batch);
    });
  }

  #goOn(batch: Batch, rest: Buffer): void {
    this.#retryAfterMs = FIRST_RETRY_AFTER_MS;
    this.#write(batch, rest);
  }

  /**
   * A pipe is full. Nobody tells when there is room again; a reader that keeps up makes some within a millisecond. One that does
   * not must not keep the process alive.
   */
  #retry(batch: Batch, rest: Buffer): void {
    this.#left = rest;
    setTimeout(() => this.#write(batch, rest), this.#retryAfterMs).unref();
    this.#retryAfterMs = Math.min(this.#retryAfterMs * 2, LAST_RETRY_AFTER_MS);
  }

  #written(batch: Batch): void {
    this.#kept -= batch.characters;
    this.#isTorn = false;
    this.#isInTrouble = false;
    this.#retryAfterMs = FIRST_RETRY_AFTER_MS;
    this.#next();
  }

  #failed(error: Error, batch: Batch, rest: Buffer): void {
    this.#kept -= batch.characters;
    this.#dropped += batch.lines;
    this.#isTorn ||= rest.length < batch.bytes.length;
    if (!this.#isInTrouble) this.#watcher.onTrouble(error);
    this.#isInTrouble = true;
    this.#next();
  }

  #becomeIdle(): void {
    this.#state = 'idle';
    for (const resolve of this.#whenIdle.splice(0)) resolve();
    if (this.#dropped === 0 || this.#isInTrouble) return;
    const lines = this.#dropped;
    this.#dropped = 0;
    this.#watcher.onDropped(lines);
  }

  #writeRest(): void {
    if (this.#state === 'writing' && this.#left === NOTHING) sleepSync(LAST_MOMENT_MS);
    writeAllSync(this.#descriptor, Buffer.concat([this.#left, Buffer.from(this.#waiting.join(''))]));
  }
}
