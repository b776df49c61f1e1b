import { type buildConnector, errors, Pool } from 'undici';
import type { HttpHandler } from './http-handler';
import { HttpExchange, type ExchangeListener, type ExchangeSettings } from './http-exchange';
import { Http2Sender } from './http2/http2-sender';
import { SocketConnector, type SocketConnectorOptions } from './socket-connector';

/** Address and limits of an upstream. */
export interface SocketPoolOptions extends SocketConnectorOptions, ExchangeSettings {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Whether to use HTTP/2 with an upstream that offers it over TLS. */
  readonly allowH2: boolean;
  /** Protects the file descriptors of the process. The load of the upstream is bounded by the bulkhead. */
  readonly maxSockets: number;
}

/**
 * Connection pool of one upstream: sockets stay open between calls, with one request at a time on each.
 *
 * Requests without a free socket are queued here and not in the pool of undici, which would close a good socket for each request that is
 * cancelled while it is queued.
 */
export class SocketPool implements ExchangeListener {
  readonly #connector: SocketConnector;
  readonly #pool: Pool;
  readonly #http2: Http2Sender | undefined;
  readonly #queue: HttpExchange[] = [];
  #activeCount = 0;
  #isRefillScheduled = false;

  constructor(private readonly options: SocketPoolOptions) {
    this.#connector = new SocketConnector(options);
    this.#pool = new Pool(options.origin, {
      connect: this.#connect,
      connections: options.maxSockets,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: options.maxHeaderBytes,
      // The exchange has its own time limit.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (!options.allowH2 || !options.origin.startsWith('https:')) return;
    const { origin, maxHeaderBytes } = options;
    this.#http2 = new Http2Sender({ origin, maxHeaderBytes, connector: this.#connector, http1: this.#pool });
  }

  readonly send: HttpHandler = (call) => {
    const { reason } = call.context.scope;
    if (reason) return Promise.reject(reason);
    return new Promise((resolve, reject) => {
      const exchange = new HttpExchange(call, { settings: this.options, listener: this, resolve, reject });
      if (this.#activeCount < this.options.maxSockets) this.#start(exchange);
      else this.#queue.push(exchange);
    });
  };

  onSocketAssigned(): void {
    this.#connector.serveWaiter();
  }

  onExchangeEnded({ hasStarted, wasSent }: HttpExchange): void {
    if (!hasStarted) return;
    if (!wasSent) this.#connector.cancelWaiter();
    this.#activeCount -= 1;
    if (this.#isRefillScheduled || this.#queue.length === 0) return;
    // Not in this tick: requests that were queued equally long time out in it.
    this.#isRefillScheduled = true;
    setImmediate(() => this.#startQueued());
  }

  /** Closes all sockets. Requests that are pending or queued fail with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    for (const exchange of this.#queue.splice(0)) exchange.onResponseError(undefined, new errors.ClientClosedError());
    const closed = [this.#pool.destroy(), ...(this.#http2 ? [this.#http2.close()] : [])];
    this.#connector.close();
    await Promise.all(closed);
  }

  readonly #connect: buildConnector.connector = (target, done) => {
    const socket = this.#http2?.takeHttp1Socket();
    if (socket) this.#connector.normalizeResponseHeads(socket);
    if (socket) done(null, socket);
    else this.#connector.connect(target, done);
  };

  #start(exchange: HttpExchange): void {
    this.#activeCount += 1;
    this.#connector.addWaiter();
    exchange.start(this.#http2 ?? this.#pool);
  }

  #startQueued(): void {
    this.#isRefillScheduled = false;
    while (this.#activeCount < this.options.maxSockets) {
      const next = this.#queue.shift();
      if (!next) return;
      if (!next.hasEnded) this.#start(next);
    }
  }
}
