import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CancelledError } from '@trunkline/failures';
import { assertKnownCoding, isCompressed } from './content-coding';
import type { ResponseHead, ResponseHeaders } from './http-response';

/** Longest time that a body waits for its reader: a service may forget one, which would keep its socket. */
const MAX_UNREAD_MS = 60_000;

/** The request whose response is read. */
interface StreamSource {
  pause(): void;
  resume(): void;
  /** Closes the socket, or the stream of HTTP/2. */
  abort(reason: Error): void;
}

/** Time limit of a {@link ResponseStream}. */
interface IdleLimit {
  /** Longest time without a byte from the upstream, in milliseconds, while the stream is read. */
  readonly ms: number;
  readonly createFailure: () => Error;
}

/**
 * The body of a response while it arrives, with back-pressure: the upstream is slowed down to the pace of the reader. A reader that destroys it
 * closes the socket.
 */
export class ResponseStream extends Readable {
  #timer: NodeJS.Timeout | undefined;
  #isPaused = false;
  #isComplete = false;

  constructor(
    private readonly source: StreamSource,
    private readonly idle: IdleLimit,
  ) {
    super();
    // A stream that nobody reads may fail, too: without a listener that would end the process.
    this.on('error', () => undefined);
    this.#watchUpstream();
  }

  /** Takes bytes of the upstream. */
  accept(chunk: Buffer): void {
    if (this.push(chunk)) this.#timer?.refresh();
    else this.#pause();
  }

  /** The upstream has sent the whole body. */
  complete(): void {
    this.#isComplete = true;
    clearTimeout(this.#timer);
    this.push(null);
  }

  override _read(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#watchUpstream();
    this.source.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    if (!this.#isComplete) this.source.abort(error ?? new CancelledError());
    done(error);
  }

  #pause(): void {
    this.#isPaused = true;
    this.source.pause();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.destroy(new CancelledError('nobody read the response')), MAX_UNREAD_MS).unref();
  }

  #watchUpstream(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.destroy(this.idle.createFailure()), this.idle.ms);
  }
}

/** A body as its reader gets it. */
interface DecodedStream {
  readonly stream: Readable;
  /** Without those of a coding that was removed. */
  readonly headers: ResponseHeaders;
}

/**
 * Removes the content coding of a body.
 *
 * @throws {UnreadableBodyError} for a coding that no request accepts
 */
export function decodeStream(body: Readable, { headers }: ResponseHead): DecodedStream {
  assertKnownCoding(headers);
  if (!isCompressed(headers)) return { stream: body, headers };
  const { 'content-encoding': _coding, 'content-length': _length, ...rest } = headers;
  const stream = createGunzip().on('error', () => undefined);
  // A failure of either side destroys the other one.
  pipeline(body, stream, () => undefined);
  return { stream, headers: rest };
}
