import {
  BusError,
  classify,
  type ErrorResponse,
  type ErrorCatalogue,
  type ErrorFormat,
  type Translator,
} from '@trunkline/failures';
import { type Logger, logOutcome } from '@trunkline/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseRequestHead, type RequestHead } from '../request/request-head';
import { markLastResponse } from '../connections/connection-close';
import { findCloseReason } from '../connections/close-reason';
import { isStillSending } from '../body/unread-body';
import { isLastResponse } from './last-response';
import { removeBodyHeaders, type ResponseHeaders, findRetryAfter } from './response-headers';
import { identitySerializer } from './response-writer';
import { convertFastifyError } from './fastify-errors';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Format of error responses of the route. Default: the format of the bus. */
    errorFormat?: ErrorFormat | undefined;
    /** Fields that the log line of a failed request has in addition. */
    logFields?: Readonly<Record<string, string>>;
  }

  interface FastifyRequest {
    /** When the front let it in, on the monotonic clock; 0 for requests that it handed on. */
    startedAtMs: number;
    /** Of the head, what the bus decides by. Only on the front. */
    head: RequestHead;
    /** What every answer to this request carries, be it a refusal or a success; set by the steps before its body is read. */
    responseHeaders: ResponseHeaders | undefined;
  }
}

/** What is asked of a request that has failed, whatever its route. */
type FailedRequest = Pick<FastifyRequest, 'id' | 'method' | 'raw' | 'routeOptions' | 'startedAtMs' | 'responseHeaders'>;

/**
 * The end of every failure that reaches HTTP: classify, translate, log once, reply. Channels, the front's own errors and Nest's
 * exception filter all end here.
 */
export class ErrorResponder {
  readonly #translator: Translator;
  readonly #logger: Logger;

  constructor(translator: Translator, logger: Logger) {
    this.#translator = translator;
    this.#logger = logger;
  }

  /** Every error that clients can meet. */
  get catalogue(): ErrorCatalogue {
    return this.#translator.catalogue;
  }

  /** What a problem document says of a failure that belongs to no request of now, such as that of a job. */
  createProblem(thrown: unknown, cid: string): unknown {
    const document: unknown = JSON.parse(this.#translator.translate(classify(thrown), cid, 'problem').body);
    return document;
  }

  /** Replies to a request with whatever was thrown. A client that has left gets nothing. */
  send(thrown: unknown, request: FailedRequest, reply: FastifyReply): void {
    this.sendErrorResponse(this.createErrorResponse(thrown, request, reply), request, reply);
  }

  /** The answer to a request that has failed with whatever was thrown. It has been logged: one failure, one answer. */
  createErrorResponse(thrown: unknown, request: FailedRequest, reply: FastifyReply): ErrorResponse {
    const { config } = request.routeOptions;
    const known = isAborted(thrown, request) ? findCloseReason(request.raw.socket) : convertFastifyError(thrown);
    const failure = classify(known, known instanceof BusError ? undefined : findRetryAfter(request, reply));
    const answer = this.#translator.translate(failure, request.id, config.errorFormat);
    this.#log(answer, request);
    return answer;
  }

  /** Replies with an answer of {@link createErrorResponse}. A client that has left gets nothing. */
  sendErrorResponse(answer: ErrorResponse, request: FailedRequest, reply: FastifyReply): void {
    if (reply.sent || reply.raw.headersSent || reply.raw.destroyed) return;
    if (request.responseHeaders) reply.headers(request.responseHeaders);
    removeBodyHeaders(reply);
    reply.header('x-request-id', request.id);
    reply.code(answer.status).headers(answer.headers);
    const { req } = reply.raw;
    if (isLastResponse(answer.failure) || isStillSending(req, parseRequestHead(req.rawHeaders))) {
      reply.header('connection', 'close');
    }
    if (reply.getHeader('connection') === 'close') markLastResponse(reply.raw.req.socket);
    reply.serializer(identitySerializer).send(answer.body);
  }

  #log({ failure, status }: ErrorResponse, request: FailedRequest): void {
    const { method, routeOptions, startedAtMs } = request;
    const fields = {
      cid: request.id,
      ...routeOptions.config.logFields,
      status,
      method,
      route: routeOptions.url,
      ...(startedAtMs > 0 && { ms: Math.round(performance.now() - startedAtMs) }),
    };
    logOutcome(this.#logger, failure, fields, 'request failed');
  }
}

/** Is this what Node says of a request whose body will never be complete? */
function isAborted(thrown: unknown, { raw }: FailedRequest): boolean {
  return thrown !== null && thrown === raw.errored;
}
