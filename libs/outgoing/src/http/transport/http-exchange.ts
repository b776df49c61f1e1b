import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import type { CancelSubscription } from '@trunkline/time';
import type { Dispatcher } from 'undici';
import type { OutgoingCall, OutgoingRequest } from '../request/outgoing-call';
import { decompress, isCompressed } from '../response/content-coding';
import type { BodyReader, HttpResponse, ResponseHead, ResponseHeaders } from '../response/http-response';
import { decodeStream, ResponseStream } from '../response/response-stream';
import { UnreadableBodyError } from '../response/unreadable-body-error';
import { mapTransportError } from './error-mapping';

/** The owner of the sockets, which is notified when an exchange uses or releases one. */
export interface ExchangeListener {
  /** The request has a socket and is being written. */
  onSocketAssigned(): void;
  onExchangeEnded(exchange: HttpExchange): void;
}

/** Aborts a request that is being written, or whose response is being read. */
export interface RequestController {
  abort(reason: Error): void;
  /** Stops and continues the reception of the body. */
  pause(): void;
  resume(): void;
}

/** A request as it is written. */
export type WireRequest = Pick<OutgoingRequest, 'method' | 'path' | 'headers'> & {
  readonly body: string | Uint8Array | null;
};

/** Writes requests to sockets and reads the responses. */
export interface RequestSender {
  dispatch(request: WireRequest, exchange: HttpExchange): unknown;
}

/** Settings of all exchanges with an upstream. */
export interface ExchangeSettings {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** Largest body, measured as received and again after decompression. */
  readonly maxResponseBytes: number;
  readonly readBody: BodyReader;
}

/** What an exchange needs besides the call. */
export interface ExchangeOptions {
  readonly settings: ExchangeSettings;
  readonly listener: ExchangeListener;
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (failure: Error) => void;
}

/** Most interim responses before the response (Go's net/http has the same limit). */
const MAX_INTERIM_RESPONSES = 5;

const NO_BYTES = Buffer.alloc(0);
const EMPTY_HEAD: ResponseHead = { status: 0, ok: false, headers: {} };

/**
 * One request and its response on the wire, under one time limit from connect to the last byte. The time limits of undici cover neither
 * a body that arrives slowly nor the wait for a socket. A body that is handed on as a stream ends the time limit with its head, and the
 * exchange with its last byte.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #timer: NodeJS.Timeout;
  readonly #cancellation: CancelSubscription | undefined;
  /** Present once the request is being written. */
  #controller: RequestController | undefined;
  #hasStarted = false;
  /** Whether the caller has its response or failure. */
  #isSettled = false;
  #hasEnded = false;
  #stream: ResponseStream | undefined;
  #interimResponses = 0;
  #head: ResponseHead = EMPTY_HEAD;
  #firstChunk: Buffer | undefined;
  /** Most bodies have one chunk. */
  #otherChunks: Buffer[] | undefined;
  #size = 0;

  constructor(
    private readonly call: OutgoingCall,
    private readonly options: ExchangeOptions,
  ) {
    const ms = call.remainingAttemptMs();
    this.#timer = setTimeout(HttpExchange.#timeOut, ms, this, ms);
    this.#cancellation = call.context.scope.addListener((reason) => this.#cancel(reason));
  }

  /** Whether the request has been passed to a sender. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Whether the request has started to be written. */
  get wasSent(): boolean {
    return this.#controller !== undefined;
  }

  /** Whether it no longer uses a socket. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  start(sender: RequestSender): void {
    this.#hasStarted = true;
    const { method, path, headers, body = null } = this.call.request;
    sender.dispatch({ method, path, headers, body }, this);
  }

  /** Called when the upstream has not processed the request, which is then written again. */
  rewind(): void {
    this.#controller = undefined;
  }

  /** Called just before the request is written. undici does not write a request that is aborted here. */
  onRequestStart(controller: RequestController): void {
    if (this.#isSettled) return controller.abort(new Error('the request was cancelled'));
    this.#controller = controller;
    this.call.markSent();
    this.options.listener.onSocketAssigned();
  }

  onResponseStart(controller: RequestController, status: number, headers: ResponseHeaders): void {
    if (status < 200) return this.#countInterimResponse(status);
    this.#head = { status, ok: status <= 299, headers };
    if (this.#head.ok && this.call.request.readBody?.handsOnStream === true) this.#handOnStream(controller);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#stream) return this.#stream.accept(chunk);
    if (this.#firstChunk) (this.#otherChunks ??= []).push(chunk);
    else this.#firstChunk = chunk;
    this.#size += chunk.length;
    const maxBytes = this.options.settings.maxResponseBytes;
    if (this.#size > maxBytes)
      this.#fail(this.#createFailure('UPSTREAM_RESPONSE_TOO_LARGE', `sent more than ${maxBytes} bytes`));
  }

  onResponseEnd(): void {
    if (this.#stream) return this.#stream.complete();
    const bytes = this.#joinChunks();
    try {
      if (this.#size === 0 || !isCompressed(this.#head.headers)) this.#finish(bytes);
      else this.#finishDecompressed(bytes);
    } catch (thrown) {
      this.onResponseError(undefined, thrown);
    }
  }

  onResponseError(_controller: unknown, error: unknown): void {
    if (this.#hasEnded) return;
    const failure = mapTransportError(error, { connection: this.options.settings.connection, wasSent: this.wasSent });
    if (this.#stream) this.#stream.destroy(failure);
    else this.#fail(failure);
  }

  static #timeOut(this: void, exchange: HttpExchange, ms: number): void {
    exchange.#fail(exchange.#createFailure('UPSTREAM_TIMEOUT', `did not respond within ${Math.round(ms)} ms`));
  }

  /** Gives the caller its response before the body has arrived. */
  #handOnStream(controller: RequestController): void {
    const { connection } = this.options.settings;
    const { timeoutMs } = this.call.limits;
    const createFailure = () =>
      new UpstreamError('UPSTREAM_TIMEOUT', `${connection} sent nothing for ${timeoutMs} ms`, {
        connection,
        wasSent: true,
      });
    const body = new ResponseStream(controller, { ms: timeoutMs, createFailure });
    try {
      const { stream, headers } = decodeStream(body, this.#head);
      this.#head = { ...this.#head, headers };
      this.#stream = body.once('close', () => this.#end());
      this.#settle();
      this.options.resolve({ ...this.#head, data: stream });
    } catch (thrown) {
      this.onResponseError(undefined, thrown);
      body.destroy();
    }
  }

  #joinChunks(): Buffer {
    const first = this.#firstChunk ?? NO_BYTES;
    return this.#otherChunks ? Buffer.concat([first, ...this.#otherChunks], this.#size) : first;
  }

  /** No request asks for an upgrade, so that a 101 is an error (RFC 9110 §15.2.2). */
  #countInterimResponse(status: number): void {
    this.#interimResponses += 1;
    if (status !== 101 && this.#interimResponses <= MAX_INTERIM_RESPONSES) return;
    this.#fail(this.#createFailure('UPSTREAM_PROTOCOL_ERROR', `sent interim responses only, ${status} among them`));
  }

  #finishDecompressed(bytes: Buffer): void {
    decompress(bytes, this.options.settings.maxResponseBytes)
      .then(
        (decompressed) => this.#finish(decompressed),
        (thrown: unknown) => this.#finishUnreadable(thrown),
      )
      .catch((thrown: unknown) => this.onResponseError(undefined, thrown));
  }

  /** A response that is no success is classified by its status; its body may be unreadable. */
  #finishUnreadable(thrown: unknown): void {
    if (this.#head.ok || !(thrown instanceof UnreadableBodyError)) return this.onResponseError(undefined, thrown);
    this.#resolve(undefined);
  }

  #finish(bytes: Uint8Array): void {
    const { readBody = this.options.settings.readBody } = this.call.request;
    this.#resolve(readBody(this.#head, bytes));
  }

  #resolve(data: unknown): void {
    const { status, ok, headers } = this.#head;
    if (!this.#settle()) return;
    this.#end();
    this.options.resolve({ status, ok, headers, data });
  }

  #cancel(reason: Error): void {
    if (this.#stream) this.#stream.destroy(reason);
    else this.#fail(reason);
  }

  /** Fails the exchange, and closes its socket unless the response is complete. */
  #fail(failure: Error): void {
    if (!this.#settle()) return;
    this.#end();
    this.#controller?.abort(failure);
    this.options.reject(failure);
  }

  /** @returns whether the exchange was not settled before */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    return true;
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#cancellation) this.call.context.scope.removeListener(this.#cancellation);
    this.options.listener.onExchangeEnded(this);
  }

  #createFailure(code: UpstreamCode, what: string): UpstreamError {
    const { connection } = this.options.settings;
    return new UpstreamError(code, `${connection} ${what}`, { connection, wasSent: this.wasSent });
  }
}
