import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createFailure, getErrorCode, type Translator } from '@trunkline/failures';
import { convertParserError } from '../response/fastify-errors';
import { AcceptBacklog } from '../connections/accept-backlog';
import { BodyBudget } from '../body/body-budget';
import { createHttpServer } from './create-http-server';
import { sendContinueOnRead } from '../request/expect-continue';
import { isMarkedForClosing, markForClosingAfter, markForClosing } from '../connections/connection-close';
import { setCloseReason } from '../connections/close-reason';
import { isLingering } from '../connections/lingering-close';
import type { HttpListenerOptions } from './http-options';
import { formatHsts } from './listener-tls';
import { LoadShedder } from '../overload/load-shedder';
import type { OverloadLimits } from '../overload/overload-options';
import { Maintenance } from '../maintenance/maintenance';
import { OpenConnections } from '../connections/open-connections';
import { ShedCounter } from '../overload/shed-counter';
import { EarlyErrorResponder } from '../response/early-error-responder';

/** Longer than what load balancers keep idle connections for, so that it is they who close them (60 s is the usual default). */
const KEEP_ALIVE_MS = 65_000;
const CONNECTION_CHECK_INTERVAL_MS = 1_000;
const MAX_HEADER_BYTES = 16_384;
const OVERLOADED = createFailure('OVERLOADED');
/** The client may send the body all the same: where it ends is unknown. */
const EXPECTATION_FAILED = createFailure('EXPECTATION_FAILED', { headers: { connection: 'close' } });
const HSTS_HEADER = 'strict-transport-security';

/**
 * The one listener of a bus. Every request goes to the front, which holds the channels; what the front has no route for it hands
 * on, untouched, to the application behind.
 *
 * The front can be exchanged between two requests; until there is one, everything is handed on.
 */
export class HttpListener {
  readonly server: Server | TlsServer;
  /** What is being worked on, and refused meanwhile. */
  readonly maintenance = new Maintenance();
  /** Requests that were refused because there were too many. */
  readonly shedCounter = new ShedCounter();
  /** Shared by fronts that follow each other. */
  readonly bodyBudget: BodyBudget;
  readonly #connections: OpenConnections;
  readonly #acceptBacklog: AcceptBacklog;
  readonly #earlyErrors: EarlyErrorResponder;
  /** `Strict-Transport-Security`, where the configuration has it. */
  readonly #hsts: string | undefined;
  readonly #admit: RequestListener;
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
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: Math.min(CONNECTION_CHECK_INTERVAL_MS, headersTimeout, receiveTimeout),
        maxHeaderSize: MAX_HEADER_BYTES,
        // Node's own answer to a missing Host has no body; admission says it in the bus's format.
        requireHostHeader: false,
      },
      (request, response) => this.#handleRequest(request, response),
      tls,
    );
    this.server.maxConnections = maxConnections;
    this.#connections = new OpenConnections(this.server, tls !== undefined);
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
    // Without a listener Node closes the connection without a word.
    this.server.on('connect', (request: IncomingMessage, socket: Socket) => {
      // Node lets go of such a connection, and of its errors.
      socket.on('error', () => socket.destroy());
      this.#earlyErrors.sendToSocket(createFailure('NOT_IMPLEMENTED'), socket, request);
    });
  }

  /**
   * Exchanges the front. Requests that are under way stay with the one they came to.
   *
   * @param pages - paths of what describes the bus, which are open in maintenance, too; with a slash at the end: all below it
   */
  replaceRouter(front: RequestListener, pages: readonly string[]): void {
    this.#router = front;
    this.#documentationPages = pages;
    this.#hasRouter = true;
  }

  /** Says who answers what the front has no route for. */
  setFallback(listener: RequestListener): void {
    this.#fallback = listener;
  }

  /** Hands a request on, untouched: nothing of its body has been read. */
  callFallback(request: IncomingMessage, response: ServerResponse): void {
    if (this.#fallback) this.#fallback(request, response);
    else this.#earlyErrors.send(createFailure('ROUTE_NOT_FOUND'), request, response);
  }

  /** Notes which methods channels take on the path of a request that is handed on, for the answer if nobody behind takes it. */
  setAllowedMethods(request: IncomingMessage, allow: string): void {
    this.#allowedMethods.set(request, allow);
  }

  /** The `Allow` of a path that channels have, but not for the method of this request. */
  findAllowedMethods(request: IncomingMessage): string | undefined {
    return this.#allowedMethods.get(request);
  }

  /** From now on every answer closes its connection, so that clients come back to another instance. */
  drain(): void {
    this.#isDraining = true;
    this.#connections.closeAfterResponses();
  }

  /** Resolves when the connections have come that were waiting to be taken: those that still wait when a listener closes are reset. */
  drainAcceptBacklog(): Promise<void> {
    return this.#acceptBacklog.waitUntilDrained();
  }

  /** Closes the connections that wait for a request, those included that have not had one yet. */
  closeIdleConnections(): void {
    this.#connections.closeIdle();
  }

  /** Does the bus take requests? Not before it has channels, and not when it is about to end. */
  get isReady(): boolean {
    return this.#hasRouter && !this.#isDraining;
  }

  /** Answers a request that Node's parser gave up on, in the bus's own format. */
  readonly onClientError = (error: Error, socket: Socket): void => {
    if (isLingering(socket)) return;
    const isGone = getErrorCode(error) === 'ECONNRESET';
    if (isGone || TLS_ERROR_CODE.test(getErrorCode(error)) || !socket.writable) {
      socket.destroy();
      return;
    }
    const failure = convertParserError(error);
    // A client that closes its half in the middle of a request has left, but may still read why nothing came of it.
    if (getErrorCode(error) !== 'HPE_INVALID_EOF_STATE') setCloseReason(socket, failure);
    this.#earlyErrors.sendToSocket(failure, socket);
  };

  #handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (isMarkedForClosing(socket)) return;
    if (this.#hsts !== undefined) response.setHeader(HSTS_HEADER, this.#hsts);
    if (!response.shouldKeepAlive) markForClosingAfter(request);
    if (this.#isDraining) {
      response.setHeader('connection', 'close');
      markForClosing(socket);
    }
    const closure = this.maintenance.checkServer();
    if (isHealthCheck(request)) this.#router(request, response);
    else if (closure && !isDocumentationPage(this.#documentationPages, request))
      this.#earlyErrors.send(closure, request, response);
    else this.#admit(request, response);
  }

  readonly #route = (request: IncomingMessage, response: ServerResponse): void => this.#router(request, response);

  #createLoadShedder(limits: OverloadLimits): RequestListener {
    const shed: RequestListener = (request, response) => {
      this.shedCounter.increment();
      this.#earlyErrors.send(OVERLOADED, request, response);
    };
    const gate = new LoadShedder(limits, this.#route, shed);
    this.server.on('connection', () => gate.onConnection());
    this.server.on('close', () => gate.close());
    return (request, response) => gate.admit(request, response);
  }
}

/** A client that has not got through the handshake cannot be told anything. */
const TLS_ERROR_CODE = /^ERR_(?:SSL|TLS)_/;

/** Whoever is told to come back may read meanwhile what that means. */
function isDocumentationPage(pages: readonly string[], { url = '' }: IncomingMessage): boolean {
  const [path = ''] = url.split('?', 1);
  return pages.some((page) => (page.endsWith('/') ? path.startsWith(page) : path === page));
}

/** Whether the bus is well is said under any load: not knowing makes load balancers send more elsewhere, or restart it. */
function isHealthCheck({ url = '' }: IncomingMessage): boolean {
  return url.startsWith('/health/');
}
