import { type buildConnector, errors, Pool } from 'undici';
import type { Attempt } from './attempt';
import { Exchange, type ExchangeHost, type ExchangeTerms } from './exchange';
import { Http2Sender } from './http2/http2-sender';
import { SocketOpener, type SocketOpenerOptions } from './socket-opener';

/** Where an upstream is and what it is granted. */
export interface TransportOptions extends SocketOpenerOptions, ExchangeTerms {
  /** Scheme, host and port. */
  readonly origin: string;
  /** May an upstream that offers HTTP/2 over TLS be spoken to in it? */
  readonly allowH2: boolean;
  /** How much an upstream is asked at once is the bulkhead's business; this spares the file descriptors of the process. */
  readonly maxSockets: number;
}

/**
 * The way to one upstream: sockets that stay open between calls, with one request at a time on each.
 *
 * What finds no free one waits here and not in undici's pool: that would close a good socket for each request that has been
 * given up while it waited.
 */
export class Transport implements ExchangeHost {
  readonly #opener: SocketOpener;
  readonly #pool: Pool;
  readonly #http2: Http2Sender | undefined;
  readonly #waiting: Exchange[] = [];
  #underWay = 0;
  #isFilling = false;

  constructor(private readonly options: TransportOptions) {
    this.#opener = new SocketOpener(options);
    this.#pool = new Pool(options.origin, {
      connect: this.#connect,
      connections: options.maxSockets,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: options.maxHeaderBytes,
      // The exchange keeps the time.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (!options.allowH2 || !options.origin.startsWith('https:')) return;
    const { origin, maxHeaderBytes } = options;
    this.#http2 = new Http2Sender({ origin, maxHeaderBytes, opener: this.#opener, http1: this.#pool });
  }

  readonly attempt: Attempt = (call) => {
    const { reason } = call.context.scope;
    if (reason) return Promise.reject(reason);
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(call, { terms: this.options, host: this, resolve, reject });
      if (this.#underWay < this.options.maxSockets) this.#begin(exchange);
      else this.#waiting.push(exchange);
    });
  };

  written(): void {
    this.#opener.served();
  }

  ended({ hasBegun, wasSent }: Exchange): void {
    if (!hasBegun) return;
    if (!wasSent) this.#opener.givenUp();
    this.#underWay -= 1;
    if (this.#isFilling || this.#waiting.length === 0) return;
    // Not at once: those who have waited as long are about to give up in this very turn.
    this.#isFilling = true;
    setImmediate(() => this.#fill());
  }

  /** Closes all sockets. What is under way or waits fails with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    for (const exchange of this.#waiting.splice(0)) exchange.onResponseError(undefined, new errors.ClientClosedError());
    const closed = [this.#pool.destroy(), ...(this.#http2 ? [this.#http2.close()] : [])];
    this.#opener.close();
    await Promise.all(closed);
  }

  readonly #connect: buildConnector.connector = (end, done) => {
    const spare = this.#http2?.takeSpare();
    if (spare) this.#opener.repairHeads(spare);
    if (spare) done(null, spare);
    else this.#opener.connect(end, done);
  };

  #begin(exchange: Exchange): void {
    this.#underWay += 1;
    this.#opener.awaited();
    exchange.begin(this.#http2 ?? this.#pool);
  }

  #fill(): void {
    this.#isFilling = false;
    while (this.#underWay < this.options.maxSockets) {
      const next = this.#waiting.shift();
      if (!next) return;
      if (!next.isSettled) this.#begin(next);
    }
  }
}
