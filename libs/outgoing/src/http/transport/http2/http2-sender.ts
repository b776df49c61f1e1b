import type { Socket } from 'node:net';
import { errors } from 'undici';
import type { HttpExchange, RequestSender, WireRequest } from '../http-exchange';
import type { SocketConnector } from '../socket-connector';
import { Http2Session } from './http2-session';
import type { QueuedRequest } from './queued-request';

/** Options of a sender. */
export interface Http2SenderOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly maxHeaderBytes: number;
  readonly connector: SocketConnector;
  /** Used for an upstream that does not offer HTTP/2. */
  readonly http1: RequestSender;
}

/**
 * Most times that a request is resent because the upstream has not processed it. With many concurrent requests, some are resent often
 * where the upstream ends each connection after a few.
 */
const MAX_RESENDS = 30;

/**
 * Sends requests in HTTP/2 to an upstream that offers it, else in HTTP/1.1.
 *
 * undici 7 destroys the connection at every GOAWAY, which servers send to close a connection gracefully, and fails or repeats requests
 * that the server is processing. Here, only requests that the server has not processed are resent, over another connection.
 */
export class Http2Sender implements RequestSender {
  readonly #sessions = new Set<Http2Session>();
  #queue: QueuedRequest[] = [];
  #isOpening = false;
  #usesHttp1 = false;
  #http1Socket: Socket | undefined;

  constructor(private readonly options: Http2SenderOptions) {}

  dispatch(request: WireRequest, exchange: HttpExchange): void {
    this.#send({ request, exchange, resendCount: 0 });
  }

  /** Takes the socket on which the upstream has chosen HTTP/1.1, once. */
  takeHttp1Socket(): Socket | undefined {
    const socket = this.#http1Socket;
    this.#http1Socket = undefined;
    return socket?.destroyed === false ? socket : undefined;
  }

  /** Closes all sockets. Requests that are pending or queued fail as closed. */
  async close(): Promise<void> {
    const reason = new errors.ClientClosedError();
    this.#failQueue(reason);
    this.#http1Socket?.destroy();
    await Promise.all([...this.#sessions].map((session) => session.close(reason)));
  }

  #send(queued: QueuedRequest): void {
    const session = this.#findAvailableSession();
    if (session) session.send(queued);
    else if (this.#usesHttp1) this.options.http1.dispatch(queued.request, queued.exchange);
    else {
      this.#queue.push(queued);
      this.#openSession();
    }
  }

  #findAvailableSession(): Http2Session | undefined {
    for (const session of this.#sessions) if (session.hasCapacity) return session;
    return undefined;
  }

  /** Opens one session at a time: the first one reports how many streams it takes. */
  #openSession(): void {
    if (this.#isOpening) return;
    this.#isOpening = true;
    const { hostname, protocol, port } = new URL(this.options.origin);
    this.options.connector.negotiate(
      { hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port },
      (error, socket) => {
        this.#isOpening = false;
        if (error) this.#failQueue(error);
        else this.#handleSocket(socket);
      },
    );
  }

  #handleSocket(socket: Socket): void {
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') {
      const { origin, maxHeaderBytes } = this.options;
      const onChange = (session: Http2Session) => this.#handleSessionChange(session);
      const onRefused = (queued: QueuedRequest) => this.#resend(queued);
      this.#sessions.add(new Http2Session(socket, { origin, maxHeaderBytes, onChange, onRefused }));
    } else {
      this.#usesHttp1 = true;
      if (this.#queue.every(({ exchange }) => exchange.hasEnded)) socket.destroy();
      else this.#http1Socket = socket;
    }
    this.#sendQueue();
  }

  #handleSessionChange(session: Http2Session): void {
    if (!session.isOpen) this.#sessions.delete(session);
    if (this.#queue.length > 0 && this.#findAvailableSession()) this.#sendQueue();
  }

  #sendQueue(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const queued of queue) if (!queued.exchange.hasEnded) this.#send(queued);
  }

  #resend(queued: QueuedRequest): void {
    const { request, exchange, resendCount } = queued;
    exchange.rewind();
    this.options.connector.addWaiter();
    if (resendCount < MAX_RESENDS) this.#send({ request, exchange, resendCount: resendCount + 1 });
    else exchange.onResponseError(undefined, new Error(`the request was not processed ${MAX_RESENDS} times`));
  }

  #failQueue(error: Error): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { exchange } of queue) exchange.onResponseError(undefined, error);
  }
}
