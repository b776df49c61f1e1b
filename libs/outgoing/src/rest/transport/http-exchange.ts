import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import type { Dispatcher } from 'undici';
import type { OutgoingCall, OutgoingRequest } from '../request/outgoing-call';
import { decompress, isCompressed, readBody, type ResponseHead } from '../response/response-body';
import type { ResponseHeaders, RestResponse } from '../response/rest-response';
import type { NumberRule } from '../response/strict-json';
import { UnreadableBodyError } from '../response/unreadable-body-error';
import { mapTransportError } from './error-mapping';

/** Who has the sockets, and is told when an exchange needs one no longer. */
export interface ExchangeListener {
  /** The request has got a socket and is being written. */
  onSocketAssigned(): void;
  onExchangeEnded(exchange: HttpExchange): void;
}

/** By what a request that is being written or answered is aborted. */
export interface RequestController {
  abort(reason: Error): void;
}

/** A request as it is written. */
export type WireRequest = Pick<OutgoingRequest, 'method' | 'path' | 'headers'> & {
  readonly body: string | Uint8Array | null;
};

/** What writes requests to sockets and reads the responses. */
export interface RequestSender {
  dispatch(request: WireRequest, exchange: HttpExchange): unknown;
}

/** What holds for all exchanges with an upstream. */
export interface ExchangeSettings {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** The longest body that is taken, counted as it comes and once more when it has been decompressed. */
  readonly maxResponseBytes: number;
  readonly numbers: NumberRule;
}

/** What an exchange is made of besides the call. */
export interface ExchangeOptions {
  readonly settings: ExchangeSettings;
  readonly listener: ExchangeListener;
  readonly resolve: (response: RestResponse) => void;
  readonly reject: (failure: Error) => void;
}

/** More interim answers than this: the upstream does not come to the point (Go's net/http allows as many). */
const MAX_INTERIM_RESPONSES = 5;

const EMPTY_HEAD: ResponseHead = { status: 0, ok: false, headers: {} };

/**
 * One request and its answer on the wire, under one deadline from connect to last byte. The time limits of undici and axios
 * notice neither a body that drips nor the wait for a socket.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: (() => void) | undefined;
  /** Present from the moment when the request is written. */
  #controller: RequestController | undefined;
  #hasStarted = false;
  #isSettled = false;
  #interimResponses = 0;
  #head: ResponseHead = EMPTY_HEAD;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    private readonly call: OutgoingCall,
    private readonly options: ExchangeOptions,
  ) {
    const ms = call.remainingAttemptMs();
    this.#timer = setTimeout(() => this.#timeOut(ms), ms);
    this.#stopListening = call.context.scope.onCancel((reason) => this.#fail(reason));
  }

  /** Has the request been handed to a sender? */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Has the request begun to be written? */
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

  /** The upstream says that it has not processed the request, which will be written once more. */
  rewind(): void {
    this.#controller = undefined;
  }

  /** The request is about to be written, at once. Undici does not write what is aborted here: nobody waited long enough. */
  onRequestStart(controller: RequestController): void {
    if (this.#isSettled) return controller.abort(new Error('given up'));
    this.#controller = controller;
    this.call.markSent();
    this.options.listener.onSocketAssigned();
  }

  onResponseStart(_controller: unknown, status: number, headers: ResponseHeaders): void {
    if (status < 200) return this.#countInterimResponse(status);
    this.#head = { status, ok: status <= 299, headers };
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const most = this.options.settings.maxResponseBytes;
    if (this.#size > most)
      this.#fail(this.#createFailure('UPSTREAM_RESPONSE_TOO_LARGE', `sent more than ${most} bytes`));
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const bytes = only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#size);
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

  #timeOut(ms: number): void {
    this.#fail(this.#createFailure('UPSTREAM_TIMEOUT', `did not answer within ${Math.round(ms)} ms`));
  }

  /** Nothing was asked for that 101 (RFC 9110 §15.2.2) could agree to. */
  #countInterimResponse(status: number): void {
    this.#interimResponses += 1;
    if (status !== 101 && this.#interimResponses <= MAX_INTERIM_RESPONSES) return;
    this.#fail(this.#createFailure('UPSTREAM_PROTOCOL_ERROR', `gave interim answers only, ${status} among them`));
  }

  #finishDecompressed(bytes: Buffer): void {
    decompress(bytes, this.options.settings.maxResponseBytes)
      .then(
        (whole) => this.#finish(whole),
        (thrown: unknown) => this.#finishUnreadable(thrown),
      )
      .catch((thrown: unknown) => this.onResponseError(undefined, thrown));
  }

  /** The status of an answer that is no success says what matters. */
  #finishUnreadable(thrown: unknown): void {
    if (this.#head.ok || !(thrown instanceof UnreadableBodyError)) return this.onResponseError(undefined, thrown);
    this.#resolve(undefined);
  }

  #finish(bytes: Uint8Array): void {
    this.#resolve(readBody(this.#head, bytes, this.options.settings.numbers));
  }

  #resolve(data: unknown): void {
    const { status, ok, headers } = this.#head;
    if (this.#settle()) this.options.resolve({ status, ok, headers, data });
  }

  /** Closes the socket, too, unless the answer has come whole. */
  #fail(failure: Error): void {
    if (!this.#settle()) return;
    this.#controller?.abort(failure);
    this.options.reject(failure);
  }

  /** @returns whether this is what settles it */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#stopListening?.();
    this.options.listener.onExchangeEnded(this);
    return true;
  }

  #createFailure(code: UpstreamCode, what: string): UpstreamError {
    const { connection } = this.options.settings;
    return new UpstreamError(code, `${connection} ${what}`, { connection, wasSent: this.wasSent });
  }
}
