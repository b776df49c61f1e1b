import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createFailure } from '@trunkline/failures';
import { createMalformedBodyFailure } from '../malformed-body';

/**
 * The bytes of a request body while they arrive, with back-pressure: the client is slowed down to the pace of the reader. A reader that
 * destroys the stream leaves the request open for its response.
 *
 * It ends with the failure `CONTENT_TOO_LARGE` for a body beyond its limit, with `MALFORMED_BODY` when the client disconnects, and with an
 * error when the request has ended before its body was read.
 */
export class BodyStream extends Readable {
  #receivedBytes = 0;
  #isComplete = false;

  /** @param maxBytes - of the whole body */
  constructor(
    private readonly source: IncomingMessage,
    private readonly maxBytes: number,
  ) {
    super();
    // A stream that its service does not read may fail, too: without a listener that would end the process.
    this.on('error', () => undefined);
    source.pause();
    source.on('data', this.#receive).once('end', this.#complete).once('error', this.#cut).once('close', this.#cut);
    if (source.destroyed) this.#cut();
  }

  override _read(): void {
    this.source.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.source.off('data', this.#receive).off('end', this.#complete).off('close', this.#cut);
    // The rest of the body waits until the request ends.
    if (!this.#isComplete) this.source.pause();
    done(error);
  }

  /** Ends the stream with its request. What has not been read is discarded, so that the connection can be used again. */
  release(): void {
    if (this.source.destroyed) this.#cut();
    if (!this.readableEnded) this.destroy(new Error('the request has ended before its body was read'));
    this.source.resume();
  }

  readonly #receive = (chunk: Buffer): void => {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.maxBytes) {
      const detail = `the body has more than ${this.maxBytes} bytes`;
      this.destroy(createFailure('CONTENT_TOO_LARGE', { detail }));
    } else if (!this.push(chunk)) this.source.pause();
  };

  readonly #complete = (): void => {
    this.#isComplete = true;
    this.push(null);
  };

  readonly #cut = (cause?: unknown): void => {
    if (this.#isComplete) return;
    const failure = createMalformedBodyFailure(['the body is incomplete']);
    failure.cause = cause;
    this.destroy(failure);
  };
}
