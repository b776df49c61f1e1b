import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { WireRequest } from '../http-exchange';
import { Http2Stream, type Http2StreamParent } from './http2-stream';
import type { QueuedRequest } from './queued-request';

/** Options of a session. */
export interface Http2SessionOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly maxHeaderBytes: number;
  /** Called when the session accepts no further streams, or accepts one again. */
  readonly onChange: (session: Http2Session) => void;
  readonly onRefused: (request: QueuedRequest) => void;
}

/** Concurrent streams until the other side announces its limit: the least that it should allow (RFC 9113 §6.5.2). */
const DEFAULT_MAX_STREAMS = 100;

/**
 * One connection in HTTP/2 with concurrent requests.
 *
 * After a GOAWAY (RFC 9113 §6.8) it accepts no further requests. Those that the other side has accepted are completed; the others are
 * returned to the sender.
 */
export class Http2Session implements Http2StreamParent {
  readonly maxHeaderBytes: number;
  readonly #session: ClientHttp2Session;
  readonly #streams = new Set<Http2Stream>();
  #maxStreams = DEFAULT_MAX_STREAMS;
  #lastStreamId: number | undefined;
  #isRetired = false;

  constructor(
    private readonly socket: Socket,
    private readonly options: Http2SessionOptions,
  ) {
    this.maxHeaderBytes = options.maxHeaderBytes;
    this.#session = connect(options.origin, { createConnection: () => socket, settings: { enablePush: false } })
      // Its streams fail with the same error.
      .on('error', () => undefined)
      .on('remoteSettings', ({ maxConcurrentStreams = DEFAULT_MAX_STREAMS }) => {
        this.#maxStreams = maxConcurrentStreams;
        options.onChange(this);
      })
      .on('goaway', (_code, lastStreamId) => {
        this.#lastStreamId = lastStreamId;
      })
      .on('close', () => options.onChange(this));
  }

  get isOpen(): boolean {
    return !this.#isRetired && !this.#session.closed && !this.#session.destroyed;
  }

  /** Whether it accepts another request. */
  get hasCapacity(): boolean {
    return this.isOpen && this.#streams.size < this.#maxStreams;
  }

  get receivedBytes(): number {
    return this.socket.bytesRead;
  }

  isBeyondLast(streamId: number | undefined): boolean {
    if (this.#lastStreamId === undefined) return false;
    return streamId === undefined || streamId > this.#lastStreamId;
  }

  send(queued: QueuedRequest): void {
    const { request, exchange } = queued;
    const stream = new Http2Stream(queued, this);
    exchange.onRequestStart(stream);
    if (exchange.hasEnded) return;
    try {
      const { body } = request;
      const opened = this.#session.request(createHeaders(request, this.options.origin), { endStream: body === null });
      this.#session.ref();
      this.#streams.add(stream);
      stream.attach(opened);
      if (body !== null) opened.end(body);
    } catch (thrown) {
      exchange.onResponseError(stream, thrown);
    }
  }

  /** Retires the session after a timeout, like a socket of HTTP/1.1: the other side may be unreachable. */
  retire(): void {
    this.#isRetired = true;
    this.options.onChange(this);
  }

  onStreamEnded(stream: Http2Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) {
      if (this.#isRetired) this.#session.destroy();
      else this.#session.unref();
    }
    this.options.onChange(this);
  }

  onStreamRefused(request: QueuedRequest): void {
    this.options.onRefused(request);
  }

  /** Aborts all pending requests. */
  async close(reason: Error): Promise<void> {
    for (const { queued } of this.#streams) queued.exchange.onResponseError(undefined, reason);
    if (this.#session.destroyed) return;
    const closed = new Promise<void>((resolve) => this.#session.once('close', resolve));
    this.#session.destroy();
    await closed;
  }
}

function createHeaders({ method, path, headers, body }: WireRequest, origin: string): OutgoingHttpHeaders {
  const all: OutgoingHttpHeaders = {
    ':method': method,
    ':path': path,
    ':scheme': 'https',
    ':authority': origin.slice(origin.indexOf('//') + 2),
  };
  for (let at = 0; at < headers.length; at += 2) all[headers[at] ?? ''] = headers[at + 1];
  if (body !== null) all['content-length'] = Buffer.byteLength(body);
  return all;
}
