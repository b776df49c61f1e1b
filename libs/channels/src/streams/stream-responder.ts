import type { Readable } from 'node:stream';
import { finished } from 'node:stream';
import { CancelledError, recordService } from '@trunkline/failures';
import { type ErrorResponder, getDisconnectScopes, type HttpListener } from '@trunkline/http-server';
import type { ServiceResponse } from '@trunkline/service';
import { type CancelScope, Deadline } from '@trunkline/time';
import type { StreamOptions } from '../features/streams/stream-options';
import type { Channel } from '../http/channel';
import { type RequestContext, sendResponse } from '../http/request-context';
import { serializeStream } from '../http/serialize-response';
import type { ItemFormat } from './item-format';
import { chooseItemFormat, listItemFormats } from './item-formats';
import { ItemStream } from './item-stream';
import { findStreamedPayload, type StreamedPayload } from './streamed-payload';

/** A request whose service has returned. */
export interface StreamingRequest {
  readonly context: RequestContext;
  /** Its deadline moves when the response has begun; it is cancelled when the client leaves. */
  readonly scope: CancelScope;
  readonly response: ServiceResponse;
  /** Called once the stream has ended. */
  readonly end: () => void;
  /** Responds with a failure, as long as no head was sent. */
  readonly fail: (thrown: unknown) => void;
}

/** Sends the streams that the service of one channel returns. */
export class StreamResponder {
  readonly #formats: readonly ItemFormat[];
  readonly #maxDurationMs: number;
  readonly #heartbeatMs: number;

  constructor(
    private readonly channel: Channel<StreamOptions>,
    private readonly errorResponder: ErrorResponder,
    private readonly listener: HttpListener,
  ) {
    this.#formats = listItemFormats(channel.representation.mediaTypes);
    const { maxDuration, heartbeat } = channel.options.stream;
    this.#maxDurationMs = maxDuration;
    this.#heartbeatMs = heartbeat;
  }

  /**
   * Finds what sends a payload that is a stream; `undefined` for any other.
   *
   * The sender never throws: a failure before the head has its own response, a later one is reported in the stream and logged.
   */
  findSender(payload: unknown): ((request: StreamingRequest) => void) | undefined {
    const streamed = findStreamedPayload(payload, this.#formats.length > 0);
    if (!streamed) return undefined;
    return (request) => {
      const sending =
        'items' in streamed ? this.#sendItems(streamed.items, request) : this.#sendBytes(streamed, request);
      sending.catch(request.fail);
    };
  }

  async #sendItems(items: AsyncIterable<unknown>, request: StreamingRequest): Promise<void> {
    const { context, scope } = request;
    const format = chooseItemFormat(this.#formats, context.request.head.accept);
    const stream = this.#createItemStream(items, format, context);
    this.#tie(stream, request, (reason) => {
      if (reason instanceof CancelledError) stream.destroy();
      else if (format.isResumable) stream.endEarly();
      else stream.fail(reason);
    });
    if (!isHead(request)) await this.#untilReady(stream, scope, () => stream.open(format.maxHeadDelayMs));
    if (format.isResumable) this.#endOnShutdown(stream, request);
    this.#respond(stream, request, format.headers);
  }

  async #sendBytes(
    { bytes, headers }: Extract<StreamedPayload, { bytes: Readable }>,
    request: StreamingRequest,
  ): Promise<void> {
    const { context, scope } = request;
    let isSent = false;
    bytes.on('error', (thrown) => {
      // A client that has left is no failure.
      if (isSent && !context.reply.raw.destroyed) this.#logFailure(thrown, context);
    });
    this.#tie(bytes, request, (reason) => bytes.destroy(reason));
    if (!isHead(request)) await this.#untilReady(bytes, scope, () => waitForFirstBytes(bytes));
    isSent = true;
    this.#respond(bytes, request, headers);
  }

  #createItemStream(items: AsyncIterable<unknown>, format: ItemFormat, context: RequestContext): ItemStream {
    const { name } = this.channel.service;
    const { heartbeat } = format;
    return new ItemStream(items, {
      encode: (item) => format.encodeItem(item, name),
      encodeFailure: (thrown) => format.encodeFailure(this.#logFailure(thrown, context)),
      heartbeat: heartbeat === undefined ? undefined : { text: heartbeat, intervalMs: this.#heartbeatMs },
    });
  }

  /** Ties a stream to its request: a client that leaves ends the stream, and the end of the stream ends the request. */
  #tie(stream: Readable, { context, scope, end }: StreamingRequest, onCancel: (reason: Error) => void): void {
    const scopes = getDisconnectScopes(context.request.raw.socket).add(scope);
    const removeListener = scope.onCancel(onCancel);
    finished(stream, { writable: false }, (error) => {
      removeListener();
      scopes.delete(scope);
      // Work for items or bytes that are no longer wanted ends, too.
      if (error && context.reply.raw.headersSent) scope.cancel(new CancelledError());
      end();
    });
  }

  #endOnShutdown(stream: ItemStream, { context, scope }: StreamingRequest): void {
    this.listener.trackStream(context.reply.raw, () => {
      stream.endEarly();
      scope.cancel(new CancelledError());
    });
  }

  async #untilReady(stream: Readable, scope: CancelScope, open: () => Promise<void>): Promise<void> {
    try {
      await Promise.race([open(), rejectOnCancel(scope)]);
    } catch (thrown) {
      stream.destroy();
      recordService(thrown, this.channel.service.name);
      throw thrown;
    }
  }

  #respond(body: Readable, { context, scope, response }: StreamingRequest, headers: Record<string, string>): void {
    scope.extend(Deadline.in(this.#maxDurationMs));
    const { reply } = context;
    if (reply.sent || reply.raw.destroyed) body.destroy();
    if (reply.raw.destroyed) return;
    sendResponse(context, serializeStream(response, body, headers), this.channel.representation);
  }

  /** @returns the body of the error response, in the error format of the channel */
  #logFailure(thrown: unknown, { request, reply }: RequestContext): string {
    recordService(thrown, this.channel.service.name);
    return this.errorResponder.createErrorResponse(thrown, request, reply).body;
  }
}

/** The response to HEAD needs no item and no byte. */
function isHead({ context }: StreamingRequest): boolean {
  return context.request.method === 'HEAD';
}

function waitForFirstBytes(bytes: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      bytes.off('readable', succeed);
      stopWaiting();
    };
    const succeed = () => {
      stop();
      resolve();
    };
    const stopWaiting = finished(bytes, { writable: false }, (error) => {
      stop();
      if (error) reject(error);
      else resolve();
    });
    bytes.on('readable', succeed);
  });
}

function rejectOnCancel(scope: CancelScope): Promise<never> {
  return new Promise((_resolve, reject) => {
    scope.onCancel(reject);
  });
}
