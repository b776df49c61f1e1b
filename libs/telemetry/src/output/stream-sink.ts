import type { Writable } from 'node:stream';
import { MOST_KEPT, type Sink, type SinkWatcher } from './sink';

/** Writes to a stream that somebody else has opened and will close. */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  #dropped = 0;

  constructor(stream: Writable, watcher: SinkWatcher) {
    this.#stream = stream;
    stream.on('error', (error: Error) => watcher.onTrouble(error));
    stream.on('drain', () => {
      const lines = this.#dropped;
      this.#dropped = 0;
      if (lines > 0) watcher.onDropped(lines);
    });
  }

  write(line: string): void {
    if (!this.#stream.writable) return;
    if (this.#stream.writableLength > MOST_KEPT) this.#dropped += 1;
    else this.#stream.write(line);
  }

  flush(): Promise<void> {
    if (!this.#stream.writable) return Promise.resolve();
    return new Promise((resolve) => this.#stream.write('', () => resolve()));
  }
}
