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
import type { RequestHead } from '../request/request-head';
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
    /** Time of admission on the monotonic clock, in milliseconds; 0 for requests passed on to the fallback. */
    startedAtMs: number;
    /** The parsed head. Absent on requests passed on to the fallback. */
    head: RequestHead;
    /** Headers of every response to this request, successful or not; set by the steps before its body is read. */
    responseHeaders: ResponseHeaders | undefined;
  }
}

/** The members of a failed request that an error response depends on. */
type FailedRequest = Pick<FastifyRequest, 'id' | 'method' | 'raw' | 'routeOptions' | 'startedAtMs' | 'responseHeaders'>;

/**
 * Responds to failed requests that have been routed: classifies the failure, translates it, logs it once and sends the error response. Used
 * by routes, by the router's own errors and by the exception filter of Nest. It sends through Fastify, so that an application's hooks run.
 */
export class ErrorResponder {
  readonly #translator: Translator;
  readonly #logger: Logger;

  constructor(translator: Translator, logger: Logger) {
    this.#translator = translator;
    this.#logger = logger;
  }

  /** All errors that a client can receive. */
  get catalogue(): ErrorCatalogue {
    return this.#translator.catalogue;
  }

  /** Creates the problem document of a failure outside the current request, such as that of a job. */
  createProblem(thrown: unknown, cid: string): unknown {
    const document: unknown = JSON.parse(this.#translator.translate(classify(thrown), cid, 'problem').body);
    return document;
  }

  /** Logs a failure and sends the error response; sends nothing if the client has disconnected. */
  send(thrown: unknown, request: FailedRequest, reply: FastifyReply): void {
    this.sendErrorResponse(this.createErrorResponse(thrown, request, reply), request, reply);
  }

  /** Creates the error response to a failure, and logs the failure. Call it once per failure. */
  createErrorResponse(thrown: unknown, request: FailedRequest, reply: FastifyReply): ErrorResponse {
    const { config } = request.routeOptions;
    const reason = isAborted(thrown, request) ? findCloseReason(request.raw.socket) : convertFastifyError(thrown);
    const failure = classify(reason, reason instanceof BusError ? undefined : findRetryAfter(request, reply));
    const response = this.#translator.translate(failure, request.id, config.errorFormat);
    this.#log(response, request);
    return response;
  }

  /** Sends a response of {@link createErrorResponse}; sends nothing if the client has disconnected. */
  sendErrorResponse(response: ErrorResponse, request: FailedRequest, reply: FastifyReply): void {
    if (reply.sent || reply.raw.headersSent || reply.raw.destroyed) return;
    if (request.responseHeaders) reply.headers(request.responseHeaders);
    removeBodyHeaders(reply);
    reply.header('x-request-id', request.id);
    reply.code(response.status).headers(response.headers);
    const { req } = reply.raw;
    if (isLastResponse(response.failure) || isStillSending(req)) reply.header('connection', 'close');
    if (reply.getHeader('connection') === 'close') markLastResponse(req.socket);
    reply.serializer(identitySerializer).send(response.body);
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

/** Whether the thrown value is Node's error for a body that broke off. */
function isAborted(thrown: unknown, { raw }: FailedRequest): boolean {
  return thrown !== null && thrown === raw.errored;
}
