import { createFailure } from '@trunkline/failures';
import { decodeBody, type ErrorResponder, isCoded, type RoutedRequest } from '@trunkline/http-server';
import type { FastifyReply } from 'fastify';
import { AcceptedFormats } from './accepted-formats';
import type { BodyFormat, BodyLimits, BodyParser, StreamedBody, StreamedBodyReader } from './body-format';
import type { UploadLimits } from './multipart/upload-limits';
import { type ChannelFormats, findAcceptedFormat } from './body-formats';
import type { OnBodyStep } from './on-body';

declare module 'fastify' {
  interface FastifyRequest {
    /** How the body becomes input. Default: `members`. */
    bodyInput: BodyFormat['input'];
    /** The bytes of the body, on channels that keep them. */
    rawBody: Buffer | undefined;
  }
}

/** What reads the bodies of a channel. */
export interface BodyReaderOptions {
  readonly limits: BodyLimits & { readonly bodyLimit: number; readonly uploads?: UploadLimits };
  readonly errorResponder: ErrorResponder;
  /** Whether requests keep the bytes of their bodies. Default: no. */
  readonly keepsRawBody?: boolean;
  /** Steps before the body is decoded and parsed. Default: none. */
  readonly steps?: readonly OnBodyStep[];
}

/** A request whose body is being read. */
interface PendingBody {
  readonly request: RoutedRequest;
  readonly reply: FastifyReply;
  readonly next: Continuation;
}

/** The code of the formats of a channel. */
interface LoadedFormats {
  readonly parsers: ReadonlyMap<BodyFormat, BodyParser>;
  readonly streamed: ReadonlyMap<BodyFormat, StreamedBodyReader>;
}

type Continuation = (request: RoutedRequest, reply: FastifyReply) => void;

/**
 * Reads the bodies of a channel that accepts other formats than JSON, keeps their bytes or has steps before they are parsed, and bodies with
 * a content coding.
 */
export class BodyReader {
  readonly #accepted: AcceptedFormats;

  private constructor(
    private readonly formats: ChannelFormats,
    private readonly loaded: LoadedFormats,
    private readonly options: BodyReaderOptions,
  ) {
    this.#accepted = new AcceptedFormats(formats);
  }

  /** Creates the reader of a channel, with the parsers of its formats loaded. */
  static async create(formats: ChannelFormats, options: BodyReaderOptions): Promise<BodyReader> {
    const parsers = new Map<BodyFormat, BodyParser>();
    const streamed = new Map<BodyFormat, StreamedBodyReader>();
    for (const format of formats.values()) {
      const { load, loadStreamed } = format;
      if (load) parsers.set(format, await load());
      if (loadStreamed) streamed.set(format, await loadStreamed());
    }
    return new BodyReader(formats, { parsers, streamed }, options);
  }

  /** Sets `request.body` and continues with `next`; responds to a body that is too large, incomplete or malformed. */
  read(request: RoutedRequest, reply: FastifyReply, next: Continuation): void {
    const { transferCoding, contentLength, contentType } = request.head;
    const declaredBytes = transferCoding === undefined ? Number(contentLength ?? 0) : 0;
    if (declaredBytes === 0 && transferCoding === undefined) return this.#proceedWithoutBody({ request, reply, next });
    const format = contentType === undefined ? undefined : this.#accepted.find(contentType, request.method);
    const streamed = format && this.loaded.streamed.get(format);
    if (streamed) return this.#stream(format, streamed, { request, reply, next });
    if (declaredBytes > this.options.limits.bodyLimit) return this.#reject(TOO_LARGE, request, reply);
    return this.#receive(request, (result) => {
      // The body budget may have rejected the request meanwhile.
      if (reply.sent) return;
      if (result instanceof Error) this.#reject(result, request, reply);
      else this.#proceed(result, { request, reply, next });
    });
  }

  /**
   * A service that reads its body while it arrives finds an empty one, such as of an empty file, instead of none. A client may leave out
   * the media type then.
   */
  #proceedWithoutBody(pending: PendingBody): void {
    const { contentType } = pending.request.head;
    const [only, ...others] = this.formats.values();
    const unnamed = others.length === 0 ? only : undefined;
    const format = contentType === undefined ? unnamed : findAcceptedFormat(this.formats, contentType);
    const streamed = format?.input === 'whole' ? this.loaded.streamed.get(format) : undefined;
    if (format && streamed) this.#stream(format, streamed, pending);
    else this.#proceed(EMPTY, pending);
  }

  /** Runs the steps before the body is parsed, and parses it. */
  #proceed(body: Buffer, pending: PendingBody): void {
    const { request, reply, next } = pending;
    try {
      for (const step of this.options.steps ?? []) if (step(request, reply, body) === 'responded') return;
    } catch (thrown) {
      return this.#reject(thrown, request, reply);
    }
    if (body.length === 0) return next(request, reply);
    if (this.options.keepsRawBody) request.rawBody = body;
    const { contentEncoding } = request.head;
    if (!isCoded(contentEncoding)) return this.#parseAndContinue(body, pending);
    return this.#decodeAndContinue(body, contentEncoding, pending);
  }

  /** Reads a body that is not kept in memory. */
  #stream(format: BodyFormat, read: StreamedBodyReader, pending: PendingBody): void {
    const { request, reply } = pending;
    const { raw, head } = request;
    const { uploads, maxDepth, bodyLimit } = this.options.limits;
    const declaredBytes = head.transferCoding === undefined ? Number(head.contentLength) : 0;
    if (!uploads || declaredBytes > uploads.total) return this.#reject(TOO_LARGE, request, reply);
    read(raw, head.contentType ?? '', { maxDepth, bodyLimit, uploads }).then(
      (body) => {
        request.bodyInput = format.input;
        this.#continueStreamed(body, pending);
      },
      (thrown: unknown) => {
        // What the client still sends is discarded.
        raw.on('error', () => undefined).resume();
        this.#reject(thrown, request, reply);
      },
    );
  }

  /**
   * The body is released when its response has ended or its client has disconnected, which cancels the invocation. What cannot be removed
   * then is removed at the next start.
   */
  #continueStreamed({ value, release }: StreamedBody, { request, reply, next }: PendingBody): void {
    const releaseQuietly = () => void release().catch(() => undefined);
    if (reply.raw.closed) return releaseQuietly();
    reply.raw.once('close', releaseQuietly);
    request.body = value;
    return next(request, reply);
  }

  #decodeAndContinue(body: Buffer, contentEncoding: string, pending: PendingBody): void {
    const { request, reply } = pending;
    decodeBody(body, contentEncoding, this.options.limits.bodyLimit).then(
      (decoded) => this.#parseAndContinue(decoded, pending),
      (thrown: unknown) => this.#reject(thrown, request, reply),
    );
  }

  #parseAndContinue(body: Buffer, { request, reply, next }: PendingBody): void {
    try {
      if (body.length > 0) this.#parse(request, body);
    } catch (thrown) {
      return this.#reject(thrown, request, reply);
    }
    return next(request, reply);
  }

  #receive({ raw }: RoutedRequest, settle: (result: Buffer | Error) => void): void {
    const { bodyLimit } = this.options.limits;
    const chunks: Buffer[] = [];
    let receivedBytes = 0;
    const end = (result: Buffer | Error) => {
      raw.off('data', add).off('end', finish).off('error', end);
      // Node emits the error of an aborted request later, too.
      raw.on('error', () => undefined);
      settle(result);
    };
    const add = (chunk: Buffer) => {
      receivedBytes += chunk.length;
      if (receivedBytes > bodyLimit) end(TOO_LARGE);
      else chunks.push(chunk);
    };
    const finish = () => end(Buffer.concat(chunks));
    raw.on('data', add).on('end', finish).on('error', end);
  }

  #parse(request: RoutedRequest, body: Buffer): void {
    const { head, method } = request;
    if (head.contentType === undefined) throw this.#accepted.createMissingTypeFailure(method);
    const format = this.#accepted.find(head.contentType, method);
    request.body = this.loaded.parsers.get(format)?.(body, this.options.limits);
    request.bodyInput = format.input;
  }

  /** Closes the connection, since the client may still be sending the body. */
  #reject(thrown: unknown, request: RoutedRequest, reply: FastifyReply): void {
    if (!request.raw.complete) reply.header('connection', 'close');
    this.options.errorResponder.send(thrown, request, reply);
  }
}

const EMPTY = Buffer.alloc(0);
const TOO_LARGE = createFailure('CONTENT_TOO_LARGE');
