import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { BusError } from '@trunkline/failures';
import { errors } from 'undici';
import type { ResponseHeaders } from '../../response/http-response';
import type { RequestController } from '../http-exchange';
import type { QueuedRequest } from './queued-request';

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** The session that a stream belongs to. */
export interface Http2StreamParent {
  readonly maxHeaderBytes: number;
  /** Bytes received so far, by all streams of the session. */
  readonly receivedBytes: number;
  /** Whether the other side has announced that it does not process this stream (RFC 9113 §6.8). */
  isBeyondLast(streamId: number | undefined): boolean;
  /** Called when a request timed out, and the session received nothing meanwhile. */
  retire(): void;
  /** Called once, when the stream has ended. */
  onStreamEnded(stream: Http2Stream): void;
  /** Called when the other side has not processed the request: it can be resent, whatever its method. */
  onStreamRefused(request: QueuedRequest): void;
}

/** One request over HTTP/2: passes the events of its stream to the exchange. */
export class Http2Stream implements RequestController {
  readonly #initialBytes: number;
  #stream: ClientHttp2Stream | undefined;
  #hasResponse = false;
  #isComplete = false;
  #error: unknown = new Error('the stream was closed before the response was complete');

  constructor(
    readonly queued: QueuedRequest,
    private readonly parent: Http2StreamParent,
  ) {
    this.#initialBytes = parent.receivedBytes;
  }

  /** Connects the stream that the request is written to. */
  attach(stream: ClientHttp2Stream): void {
    const { exchange } = this.queued;
    this.#stream = stream;
    stream
      .on('continue', () => exchange.onResponseStart(this, constants.HTTP_STATUS_CONTINUE, {}))
      .on('headers', (headers) => exchange.onResponseStart(this, Number(headers[':status']), {}))
      .on('response', (headers) => this.#handleResponse(headers))
      .on('data', (chunk: Buffer) => exchange.onResponseData(this, chunk))
      .on('end', () => this.#handleEnd())
      .on('error', (error) => {
        this.#error = error;
      })
      // In a later tick: a GOAWAY with an error is reported after it has closed the streams.
      .on('close', () =>
        this.#isComplete ? this.parent.onStreamEnded(this) : setImmediate(() => this.#handleClose()),
      );
  }

  abort(reason: Error): void {
    if (!this.#stream) return;
    const isImpatient = reason instanceof BusError && reason.kind === 'cancelled';
    if (!isImpatient && this.parent.receivedBytes === this.#initialBytes) this.parent.retire();
    this.#stream.close(NGHTTP2_CANCEL);
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  #handleResponse(incoming: IncomingHttpHeaders): void {
    const { exchange } = this.queued;
    this.#hasResponse = true;
    let bytes = 0;
    const headers: Record<string, ResponseHeaders[string]> = {};
    for (const [name, value = ''] of Object.entries(incoming)) {
      if (name.startsWith(':')) continue;
      headers[name] = value;
      bytes += name.length + String(value).length;
    }
    if (bytes >= this.parent.maxHeaderBytes) exchange.onResponseError(this, new errors.HeadersOverflowError());
    else exchange.onResponseStart(this, Number(incoming[':status']), headers);
  }

  /** Called at the end of the body, and also when the stream was reset. */
  #handleEnd(): void {
    this.#isComplete = this.#hasResponse && (this.#stream?.rstCode ?? NGHTTP2_NO_ERROR) === NGHTTP2_NO_ERROR;
    if (this.#isComplete) this.queued.exchange.onResponseEnd();
  }

  #handleClose(): void {
    const { exchange } = this.queued;
    const isRefused = this.#stream?.rstCode === NGHTTP2_REFUSED_STREAM || this.parent.isBeyondLast(this.#stream?.id);
    this.parent.onStreamEnded(this);
    if (exchange.hasEnded) return;
    if (isRefused && !this.#hasResponse) this.parent.onStreamRefused(this.queued);
    else exchange.onResponseError(this, this.#error);
  }
}
