import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type BusError, failureOf, type Translator } from '@trunkline/failures';
import { newCorrelationId } from '@trunkline/telemetry';
import { failureOfParser } from '../server-failure';
import { Arrivals } from './arrivals';
import { BodyBudget } from './body-budget';
import { createListener } from './create-listener';
import { continueOnceRead } from './expectation';
import { answerLastOn, isDone, takeNoMoreAfter, takeNoMoreFrom } from './last-request';
import { afterResponses, noteReason } from './last-words';
import { isLingering, lingerOn } from './lingering-close';
import { formatHsts, type ListenerTls } from './listener-tls';
import { LoadGate, type LoadLimits } from './load-gate';
import { Maintenance } from './maintenance';
import { OpenConnections } from './open-connections';
import { RefusalTally } from './refusal-tally';
import { Refusals } from './refusals';

/** Longer than what load balancers keep idle connections for, so that it is they who close them (60 s is the usual default). */
const KEEP_ALIVE_MS = 65_000;
const CHECK_EVERY_MS = 1_000;
const LARGEST_HEADERS_BYTES = 16_384;
const OVERLOADED = failureOf('OVERLOADED');
const HSTS = 'strict-transport-security';

/** How the listener of a bus takes requests: part of `bus.http`. */
export interface EdgeOptions {
  /** Milliseconds that a head may take to arrive. */
  readonly headersTimeout: number;
  /** Milliseconds that a whole request may take to arrive. */
  readonly receiveTimeout: number;
  /** Further connections are closed at once. */
  readonly maxConnections: number;
  /** Bytes of bodies that may be read at once. */
  readonly bodyBudget: number;
  readonly overload: LoadLimits | 'off';
  /** Default: plain HTTP. */
  readonly tls?: ListenerTls | undefined;
}

/**
 * The one listener of a bus. Every request goes to the front, which holds the channels; what the front has no route for it hands
 * on, untouched, to the application behind.
 *
 * The front can be exchanged between two requests; until there is one, everything is handed on.
 */
export class Edge {
  readonly server: Server | TlsServer;
  /** What is being worked on, and refused meanwhile. */
  readonly maintenance = new Maintenance();
  /** Requests that were refused because there were too many. */
  readonly refused = new RefusalTally();
  /** Shared by fronts that follow each other. */
  readonly bodies: BodyBudget;
  readonly #connections: OpenConnections;
  readonly #arrivals: Arrivals;
  readonly #refusals: Refusals;
  /** `Strict-Transport-Security`, where the configuration has it. */
  readonly #hsts: string | undefined;
  readonly #admit: RequestListener;
  #front: RequestListener = (request, response) => this.passOn(request, response);
  #behind: RequestListener | undefined;
  #pages: readonly string[] = [];
  #hasFront = false;
  #isDraining = false;
  readonly #allowed = new WeakMap<IncomingMessage, string>();

  constructor(
    private readonly translator: Translator,
    { headersTimeout, receiveTimeout, maxConnections, bodyBudget, overload, tls }: EdgeOptions,
  ) {
    this.#refusals = new Refusals(translator);
    this.#hsts = formatHsts(tls);
    this.bodies = new BodyBudget(bodyBudget);
    this.server = createListener(
      {
        headersTimeout: Math.min(headersTimeout, receiveTimeout),
        requestTimeout: receiveTimeout,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, headersTimeout, receiveTimeout),
        maxHeaderSize: LARGEST_HEADERS_BYTES,
        // Node's own answer to a missing Host has no body; admission says it in the bus's format.
        requireHostHeader: false,
      },
      (request, response) => this.#serve(request, response),
      tls,
    );
    this.server.maxConnections = maxConnections;
    this.#connections = new OpenConnections(this.server, tls !== undefined);
    this.#arrivals = new Arrivals(this.server);
    this.#admit = overload === 'off' ? this.#begin : this.#gate(overload);
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      continueOnceRead(request, response);
      this.#serve(request, response);
    });
    this.server.on('checkExpectation', (_request, response: ServerResponse) =>
      this.#refuse(response, failureOf('EXPECTATION_FAILED')),
    );
    // Without a listener Node closes the connection without a word.
    this.server.on('connect', (_request, socket: Socket) => {
      // Node lets go of such a connection, and of its errors.
      socket.on('error', () => socket.destroy());
      this.#sayLast(socket, failureOf('NOT_IMPLEMENTED'));
    });
  }

  /**
   * Exchanges the front. Requests that are under way stay with the one they came to.
   *
   * @param pages - paths of what describes the bus, which are open in maintenance, too; with a slash at the end: all below it
   */
  swap(front: RequestListener, pages: readonly string[]): void {
    this.#front = front;
    this.#pages = pages;
    this.#hasFront = true;
  }

  /** Says who answers what the front has no route for. */
  placeBehind(listener: RequestListener): void {
    this.#behind = listener;
  }

  /** Hands a request on, untouched: nothing of its body has been read. */
  passOn(request: IncomingMessage, response: ServerResponse): void {
    if (this.#behind) this.#behind(request, response);
    else this.#refuse(response, failureOf('ROUTE_NOT_FOUND'));
  }

  /** Notes which methods channels take on the path of a request that is handed on, for the answer if nobody behind takes it. */
  allowOnly(request: IncomingMessage, allow: string): void {
    this.#allowed.set(request, allow);
  }

  /** The `Allow` of a path that channels have, but not for the method of this request. */
  allowedFor(request: IncomingMessage): string | undefined {
    return this.#allowed.get(request);
  }

  /** From now on every answer closes its connection, so that clients come back to another instance. */
  drain(): void {
    this.#isDraining = true;
    this.#connections.endWithAnswers();
  }

  /** Resolves when the connections have come that were waiting to be taken: those that still wait when a listener closes are reset. */
  arrived(): Promise<void> {
    return this.#arrivals.ceased();
  }

  /** Closes the connections that wait for a request, those included that have not had one yet. */
  closeIdleConnections(): void {
    this.#connections.closeIdle();
  }

  /** Does the bus take requests? Not before it has channels, and not when it is about to end. */
  get isReady(): boolean {
    return this.#hasFront && !this.#isDraining;
  }

  /** Answers a request that Node's parser gave up on, in the bus's own format. */
  readonly onClientError = (error: Error, socket: Socket): void => {
    if (isLingering(socket)) return;
    const isGone = hasCode(error, /^ECONNRESET$/);
    if (isGone || hasCode(error, OF_TLS) || !socket.writable) {
      socket.destroy();
      return;
    }
    const failure = failureOfParser(error);
    // A client that closes its half in the middle of a request has left, but may still read why nothing came of it.
    if (!hasCode(error, /^HPE_INVALID_EOF_STATE$/)) noteReason(socket, failure);
    this.#sayLast(socket, failure);
  };

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (isDone(socket)) return;
    if (this.#hsts !== undefined) response.setHeader(HSTS, this.#hsts);
    if (!response.shouldKeepAlive) takeNoMoreAfter(request);
    if (this.#isDraining) {
      response.setHeader('connection', 'close');
      takeNoMoreFrom(socket);
    }
    const closure = this.maintenance.ofBus();
    if (isHealth(request)) this.#front(request, response);
    else if (closure && !isAmong(this.#pages, request)) this.#refusals.send(closure, request, response);
    else this.#admit(request, response);
  }

  readonly #begin = (request: IncomingMessage, response: ServerResponse): void => this.#front(request, response);

  #gate(limits: LoadLimits): RequestListener {
    const shed: RequestListener = (request, response) => {
      this.refused.add();
      this.#refusals.send(OVERLOADED, request, response);
    };
    const gate = new LoadGate(limits, this.#begin, shed);
    this.server.on('connection', () => gate.accepted());
    this.server.on('close', () => gate.close());
    return (request, response) => gate.take(request, response);
  }

  /** Answers a request that has no response of Node's, in its turn, and closes the connection. */
  #sayLast(socket: Socket, failure: BusError): void {
    afterResponses(socket, () => {
      if (!socket.writable) return;
      socket.write(this.#lastResponse(failure));
      lingerOn(socket);
    });
  }

  #lastResponse(failure: BusError): string {
    const cid = newCorrelationId();
    const { status, headers, body } = this.translator.translate(failure, cid);
    const lines = Object.entries({
      ...headers,
      'x-request-id': cid,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
      ...(this.#hsts !== undefined && { [HSTS]: this.#hsts }),
    });
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
    ].join('\r\n');
    return `${head}\r\n\r\n${body}`;
  }

  #refuse(response: ServerResponse, failure: BusError): void {
    const cid = newCorrelationId();
    const { status, headers, body } = this.translator.translate(failure, cid);
    response
      .writeHead(status, {
        ...headers,
        'x-request-id': cid,
        'content-length': Buffer.byteLength(body),
        connection: 'close',
        ...(this.#hsts !== undefined && { [HSTS]: this.#hsts }),
      })
      .end(body);
    answerLastOn(response.req.socket);
  }
}

/** A client that has not got through the handshake cannot be told anything. */
const OF_TLS = /^ERR_(?:SSL|TLS)_/;

function hasCode(error: Error, pattern: RegExp): boolean {
  return 'code' in error && pattern.test(String(error.code));
}

/** Whoever is told to come back may read meanwhile what that means. */
function isAmong(pages: readonly string[], { url = '' }: IncomingMessage): boolean {
  const [path = ''] = url.split('?', 1);
  return pages.some((page) => (page.endsWith('/') ? path.startsWith(page) : path === page));
}

/** Whether the bus is well is said under any load: not knowing makes load balancers send more elsewhere, or restart it. */
function isHealth({ url = '' }: IncomingMessage): boolean {
  return url.startsWith('/health/');
}
