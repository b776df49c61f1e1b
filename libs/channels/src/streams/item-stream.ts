import { Readable } from 'node:stream';

/** What an {@link ItemStream} is made of. */
export interface ItemStreamOptions {
  readonly encode: (item: unknown) => string;
  /** Creates the text that reports a failure after the head of the response. */
  readonly encodeFailure: (thrown: unknown) => string;
  /** Text that is sent when there was nothing to send for a while. */
  readonly heartbeat: { readonly text: string; readonly intervalMs: number } | undefined;
}

/**
 * The text of an async iterable, with back-pressure: the next item is asked for when the client has taken the ones before. Whoever
 * destroys the stream makes the iterable return, so that a generator runs its `finally`.
 */
export class ItemStream extends Readable {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #options: ItemStreamOptions;
  #heartbeat: NodeJS.Timeout | undefined;
  #isOpen = false;
  #isPulling = false;
  /** Whether the iterator has ended by itself. */
  #isDone = false;
  #hasEnded = false;
  #isQuiet = true;

  constructor(items: AsyncIterable<unknown>, options: ItemStreamOptions) {
    super();
    this.#iterator = items[Symbol.asyncIterator]();
    this.#options = options;
  }

  /**
   * Waits for the first item. From then on, a failure is part of the text.
   *
   * @param maxWaitMs - after this time it resolves without an item
   * @throws the failure of the first item
   */
  open(maxWaitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const open = () => {
        clearTimeout(timer);
        this.#isOpen = true;
        this.#startHeartbeat();
        resolve();
      };
      const timer = Number.isFinite(maxWaitMs) ? setTimeout(open, maxWaitMs) : undefined;
      this.#pull().then(open, (thrown: unknown) => {
        clearTimeout(timer);
        reject(thrown);
      });
    });
  }

  /** Ends the text after the last item that was read. */
  endEarly(): void {
    if (this.#hasEnded || this.destroyed) return;
    this.#end();
    if (!this.#isDone) void this.#return();
  }

  /** Reports a failure, and ends the text. */
  fail(thrown: unknown): void {
    if (this.#hasEnded || this.destroyed) return;
    this.push(this.#options.encodeFailure(thrown));
    this.#end();
    if (!this.#isDone) void this.#return();
  }

  override _read(): void {
    if (this.#isOpen && !this.#isPulling && !this.#hasEnded) void this.#pull();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#heartbeat);
    if (!this.#isDone) void this.#return();
    done(error);
  }

  /** Never rejects once the stream is open. */
  async #pull(): Promise<void> {
    this.#isPulling = true;
    try {
      const { done, value } = await this.#next();
      if (this.#hasEnded || this.destroyed) return;
      if (done === true) this.#end();
      else this.#write(this.#options.encode(value));
    } catch (thrown) {
      if (!this.#isOpen) throw thrown;
      this.fail(thrown);
    } finally {
      this.#isPulling = false;
    }
  }

  /** An iterator that has ended or thrown must not be asked to return. */
  async #next(): Promise<IteratorResult<unknown>> {
    try {
      const result = await this.#iterator.next();
      this.#isDone = result.done === true;
      return result;
    } catch (thrown) {
      this.#isDone = true;
      throw thrown;
    }
  }

  #write(text: string): void {
    this.#isQuiet = false;
    this.push(text);
  }

  #end(): void {
    this.#hasEnded = true;
    clearInterval(this.#heartbeat);
    this.push(null);
  }

  /** What goes wrong in the `finally` of a generator can no longer change the response. */
  async #return(): Promise<void> {
    this.#isDone = true;
    try {
      await this.#iterator.return?.();
    } catch {
      // The items are no longer wanted.
    }
  }

  #startHeartbeat(): void {
    const { heartbeat } = this.#options;
    if (!heartbeat || this.#hasEnded) return;
    this.#heartbeat = setInterval(() => {
      // A client that does not read gets no heartbeats either.
      if (this.#isQuiet && this.readableLength === 0) this.push(heartbeat.text);
      this.#isQuiet = true;
    }, heartbeat.intervalMs).unref();
  }
}
