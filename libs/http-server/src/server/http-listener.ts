import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createFailure, getErrorCode, type Translator } from '@trunkline/failures';
import { BodyBudget } from '../body/body-budget';
import { AcceptBacklog } from '../connections/accept-backlog';
import { setCloseReason } from '../connections/close-reason';
import { isMarkedForClosing, markForClosing, markForClosingAfter } from '../connections/connection-close';
import { isLingering } from '../connections/lingering-close';
import { OpenConnections } from '../connections/open-connections';
import { Maintenance } from '../maintenance/maintenance';
import { LoadShedder } from '../overload/load-shedder';
import type { OverloadLimits } from '../overload/overload-options';
import { ShedCounter } from '../overload/shed-counter';
import { sendContinueOnRead } from '../request/expect-continue';
import { EarlyErrorResponder } from '../response/early-error-responder';
import { convertParserError } from '../response/fastify-errors';
import { createHttpServer } from './create-http-server';
import type { HttpListenerOptions } from './http-options';
import { formatHsts } from './listener-tls';

/** Longer than the usual idle timeout of load balancers (60 s), so that the load balancer closes idle connections first. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTION_CHECK_INTERVAL_MS = 1_000;
const MAX_HEADER_BYTES = 16_384;
const OVERLOADED = createFailure('OVERLOADED');
/** Closes the connection: whether the client sends the body after this response is unknown. */
const EXPECTATION_FAILED = createFailure('EXPECTATION_FAILED', { headers: { connection: 'close' } });
const HSTS_HEADER = 'strict-transport-security';
/** Errors of a TLS handshake, after which no response can be sent. */
const TLS_ERROR_CODE = /^ERR_(?:SSL|TLS)_/;

/**
 * The HTTP listener of a bus. It passes each request to a router; the router passes a request that matches no route on to the fallback,
 * with an unread body.
 *
 * The router can be replaced between two requests. Until the first one is set, all requests go to the fallback.
 */
export class HttpListener {
  readonly server: Server | TlsServer;
  /** Maintenance windows, in which requests are rejected. */
  readonly maintenance = new Maintenance();
  /** Number of requests rejected by load shedding. */
  readonly shedCounter = new ShedCounter();
  /** Shared by all routers, so that it outlasts a replacement. */
  readonly bodyBudget: BodyBudget;
  readonly #connections: OpenConnections;
  readonly #acceptBacklog: AcceptBacklog;
  readonly #earlyErrors: EarlyErrorResponder;
  /** Value of `Strict-Transport-Security`; `undefined`: the header is not sent. */
  readonly #hsts: string | undefined;
  readonly #admit: RequestListener;
  readonly #streams = new Map<ServerResponse, () => void>();
  #shedder: LoadShedder | undefined;
  #router: RequestListener = (request, response) => this.callFallback(request, response);
  #fallback: RequestListener | undefined;
  #documentationPages: readonly string[] = [];
  #hasRouter = false;
  #isDraining = false;
  readonly #allowedMethods = new WeakMap<IncomingMessage, string>();

  constructor(
    translator: Translator,
    { headersTimeout, receiveTimeout, maxConnections, bodyBudget, overload, tls }: HttpListenerOptions,
  ) {
    this.#hsts = formatHsts(tls);
    this.#earlyErrors = new EarlyErrorResponder(translator, this.#hsts === undefined ? [] : [HSTS_HEADER, this.#hsts]);
    this.bodyBudget = new BodyBudget(bodyBudget);
    this.server = createHttpServer(
      {
        headersTimeout: Math.min(headersTimeout, receiveTimeout),
        requestTimeout: receiveTimeout,
        connectionsCheckingInterval: Math.min(CONNECTION_CHECK_INTERVAL_MS, headersTimeout, receiveTimeout),
        maxHeaderSize: MAX_HEADER_BYTES,
        // Node's own response to a missing Host has no body; `checkRequestHead` rejects it in the error format of the bus.
        requireHostHeader: false,
      },
      (request, response) => this.#handleRequest(request, response),
      tls,
    );
    this.server.maxConnections = maxConnections;
    this.#connections = new OpenConnections(this.server, KEEP_ALIVE_MS, tls !== undefined);
    this.#acceptBacklog = new AcceptBacklog(this.server);
    this.#admit = overload === 'off' ? this.#route : this.#createLoadShedder(overload);
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      sendContinueOnRead(request, response);
      this.#handleRequest(request, response);
    });
    this.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      if (this.#hsts !== undefined) response.setHeader(HSTS_HEADER, this.#hsts);
      this.#earlyErrors.send(EXPECTATION_FAILED, request, response);
    });
    // Without a listener Node closes the connection without a response.
    this.server.on('connect', (request: IncomingMessage, socket: Socket) => {
      // Node removes its own error listener from the socket of a CONNECT request.
      socket.on('error', () => socket.destroy());
      this.#earlyErrors.sendToSocket(createFailure('NOT_IMPLEMENTED'), socket, request);
    });
  }

  /**
   * Replaces the router. Requests in flight stay with the router that received them.
   *
   * @param pages - paths of documentation, which is served in maintenance, too; a path that ends with a slash includes all paths below
   */
  replaceRouter(router: RequestListener, pages: readonly string[]): void {
    this.#router = router;
    this.#documentationPages = pages;
    this.#hasRouter = true;
  }

  /** Sets the listener of requests that match no route. */
  setFallback(listener: RequestListener): void {
    this.#fallback = listener;
  }

  /** Passes a request with an unread body to the fallback; without one, responds with 404 `ROUTE_NOT_FOUND`. */
  callFallback(request: IncomingMessage, response: ServerResponse): void {
    if (this.#fallback) this.#fallback(request, response);
    else this.#earlyErrors.send(createFailure('ROUTE_NOT_FOUND'), request, response);
  }

  /** Stores the methods that routes accept on the path of a request, for the 405 if the fallback has no route for it either. */
  setAllowedMethods(request: IncomingMessage, allow: string): void {
    this.#allowedMethods.set(request, allow);
  }

  /** Finds the value of `Allow` for a request whose path has routes, but none for its method. */
  findAllowedMethods(request: IncomingMessage): string | undefined {
    return this.#allowedMethods.get(request);
  }

  /** From now on, closes each connection after its next response, so that clients reconnect to another instance. */
  drain(): void {
    this.#isDraining = true;
    this.#connections.closeAfterResponses();
  }

  /** Resolves once the kernel's accept backlog is empty: the kernel resets connections that are still in it when a listener closes. */
  drainAcceptBacklog(): Promise<void> {
    return this.#acceptBacklog.waitUntilDrained();
  }

  /**
   * Tracks a response that takes as long as its client wants. It no longer counts as a request in flight.
   *
   * @param end - ends it once the port is closed, so that the client continues with another instance
   */
  trackStream(response: ServerResponse, end: () => void): void {
    this.#shedder?.release(response);
    this.#streams.set(response, end);
    response.once('close', () => this.#streams.delete(response));
  }

  /** Closes idle connections, including those that have not sent a request yet, and ends the streams of events. */
  closeIdleConnections(): void {
    for (const end of this.#streams.values()) end();
    this.#connections.closeIdle();
  }

  /** Whether any connection is open that speaks HTTP. Upgraded connections, such as WebSockets, do not count. */
  get hasHttpConnections(): boolean {
    return this.#connections.hasHttpConnections();
  }

  /** Whether the server takes requests: it has a router and is not draining. */
  get isReady(): boolean {
    return this.#hasRouter && !this.#isDraining;
  }

  /** Responds to a request that Node's parser rejects, in the error format of the bus. */
  readonly onClientError = (error: Error, socket: Socket): void => {
    if (isLingering(socket)) return;
    const wasReset = getErrorCode(error) === 'ECONNRESET';
    if (wasReset || TLS_ERROR_CODE.test(getErrorCode(error)) || !socket.writable) {
      socket.destroy();
      return;
    }
    const failure = convertParserError(error);
    // A client that closes its half during a request has disconnected, but may still read the response.
    if (getErrorCode(error) !== 'HPE_INVALID_EOF_STATE') setCloseReason(socket, failure);
    this.#earlyErrors.sendToSocket(failure, socket);
  };

  #handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (isMarkedForClosing(socket)) return;
    this.#connections.announceKeepAlive(response);
    if (this.#hsts !== undefined) response.setHeader(HSTS_HEADER, this.#hsts);
    if (!response.shouldKeepAlive) markForClosingAfter(request);
    if (this.#isDraining) {
      response.setHeader('connection', 'close');
      markForClosing(socket);
    }
    const maintenanceFailure = this.maintenance.checkServer();
    if (isHealthCheck(request)) this.#router(request, response);
    else if (maintenanceFailure && !isDocumentationPage(this.#documentationPages, request))
      this.#earlyErrors.send(maintenanceFailure, request, response);
    else this.#admit(request, response);
  }

  readonly #route = (request: IncomingMessage, response: ServerResponse): void => this.#router(request, response);

  #createLoadShedder(limits: OverloadLimits): RequestListener {
    const shed: RequestListener = (request, response) => {
      this.shedCounter.increment();
      this.#earlyErrors.send(OVERLOADED, request, response);
    };
    const shedder = new LoadShedder(limits, this.#route, shed);
    this.#shedder = shedder;
    this.server.on('connection', () => shedder.onConnection());
    this.server.on('close', () => shedder.close());
    return (request, response) => shedder.admit(request, response);
  }
}

/** The problem documents of `MAINTENANCE` link to these pages. */
function isDocumentationPage(pages: readonly string[], { url = '' }: IncomingMessage): boolean {
  const [path = ''] = url.split('?', 1);
  return pages.some((page) => (page.endsWith('/') ? path.startsWith(page) : path === page));
}

/** Health checks bypass load shedding and maintenance: without a response, an instance loses its traffic or is restarted. */
function isHealthCheck({ url = '' }: IncomingMessage): boolean {
  return url.startsWith('/health/');
}
