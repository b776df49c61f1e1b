import { Pool } from 'undici';
import type { Attempt } from './attempt';
import { Exchange } from './exchange';
import { SocketOpener, type SocketOpenerOptions } from './socket-opener';

/** Where an upstream is and what it is granted. */
export interface TransportOptions extends SocketOpenerOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly maxResponseBytes: number;
}

/** How much an upstream is asked at once is the bulkhead's business; this spares the file descriptors of the process. */
const MOST_SOCKETS = 128;

/** The way to one upstream: a pool of sockets that stay open between calls, with one request at a time on each. */
export class Transport {
  readonly #opener: SocketOpener;
  readonly #pool: Pool;

  constructor(private readonly options: TransportOptions) {
    this.#opener = new SocketOpener(options);
    this.#pool = new Pool(options.origin, {
      connect: this.#opener.connect,
      connections: MOST_SOCKETS,
      pipelining: 1,
      // The exchange keeps the time.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  readonly attempt: Attempt = (call) => {
    const { reason } = call.context.scope;
    if (reason) return Promise.reject(reason);
    const { method, path, headers, body = null } = call.request;
    const { connection, maxResponseBytes } = this.options;
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(call, { connection, maxResponseBytes, opener: this.#opener, resolve, reject });
      this.#pool.dispatch({ method, path, headers, body }, exchange);
    });
  };

  /** Closes all sockets. What is under way fails with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    const closed = this.#pool.destroy();
    this.#opener.close();
    await closed;
  }
}
