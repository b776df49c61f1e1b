import type { Writable } from 'node:stream';
import { MAX_BUFFERED_CHARACTERS, type Sink, type SinkListener } from './sink';

/** Writes to a stream that its owner opens and closes. */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  #dropped = 0;

  constructor(stream: Writable, listener: SinkListener) {
    this.#stream = stream;
    stream.on('error', (error: Error) => listener.onError(error));
    stream.on('drain', () => {
      const lines = this.#dropped;
      this.#dropped = 0;
      if (lines > 0) listener.onDropped(lines);
    });
  }

  write(line: string): void {
    if (!this.#stream.writable) return;
    if (this.#stream.writableLength > MAX_BUFFERED_CHARACTERS) this.#dropped += 1;
    else this.#stream.write(line);
  }

  flush(): Promise<void> {
    if (!this.#stream.writable) return Promise.resolve();
    return new Promise((resolve) => this.#stream.write('', () => resolve()));
  }
}
