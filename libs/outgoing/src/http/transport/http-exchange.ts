import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import type { CancelSubscription } from '@trunkline/time';
import type { Dispatcher } from 'undici';
import type { OutgoingCall, OutgoingRequest } from '../request/outgoing-call';
import { decompress, isCompressed } from '../response/content-coding';
import type { BodyReader, HttpResponse, ResponseHead, ResponseHeaders } from '../response/http-response';
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
 * a body that arrives slowly nor the wait for a socket.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #timer: NodeJS.Timeout;
  readonly #cancellation: CancelSubscription | undefined;
  /** Present once the request is being written. */
  #controller: RequestController | undefined;
  #hasStarted = false;
  #isSettled = false;
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
    this.#cancellation = call.context.scope.addListener((reason) => this.#fail(reason));
  }

  /** Whether the request has been passed to a sender. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Whether the request has started to be written. */
  get wasSent(): boolean {
    return this.#controller !== undefined;
  }

  get isSettled(): boolean {
    return this.#isSettled;
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

  onResponseStart(_controller: unknown, status: number, headers: ResponseHeaders): void {
    if (status < 200) return this.#countInterimResponse(status);
    this.#head = { status, ok: status <= 299, headers };
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#firstChunk) (this.#otherChunks ??= []).push(chunk);
    else this.#firstChunk = chunk;
    this.#size += chunk.length;
    const maxBytes = this.options.settings.maxResponseBytes;
    if (this.#size > maxBytes)
      this.#fail(this.#createFailure('UPSTREAM_RESPONSE_TOO_LARGE', `sent more than ${maxBytes} bytes`));
  }

  onResponseEnd(): void {
    const bytes = this.#joinChunks();
    try {
      if (this.#size === 0 || !isCompressed(this.#head.headers)) this.#finish(bytes);
      else this.#finishDecompressed(bytes);
    } catch (thrown) {
      this.onResponseError(undefined, thrown);
    }
  }

  onResponseError(_controller: unknown, error: unknown): void {
    if (this.#isSettled) return;
    this.#fail(mapTransportError(error, { connection: this.options.settings.connection, wasSent: this.wasSent }));
  }

  static #timeOut(this: void, exchange: HttpExchange, ms: number): void {
    exchange.#fail(exchange.#createFailure('UPSTREAM_TIMEOUT', `did not respond within ${Math.round(ms)} ms`));
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
    if (this.#settle()) this.options.resolve({ status, ok, headers, data });
  }

  /** Fails the exchange, and closes its socket unless the response is complete. */
  #fail(failure: Error): void {
    if (!this.#settle()) return;
    this.#controller?.abort(failure);
    this.options.reject(failure);
  }

  /** @returns whether the exchange was not settled before */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    if (this.#cancellation) this.call.context.scope.removeListener(this.#cancellation);
    this.options.listener.onExchangeEnded(this);
    return true;
  }

  #createFailure(code: UpstreamCode, what: string): UpstreamError {
    const { connection } = this.options.settings;
    return new UpstreamError(code, `${connection} ${what}`, { connection, wasSent: this.wasSent });
  }
}
