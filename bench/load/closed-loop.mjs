// HTTP/1.1 requests over plain persistent sockets: the cheapest load generator.
import { once } from 'node:events';
import { connect } from 'node:net';

const CONNECTIONS = 50;
/** Fewer than the backlog of a listener. */
const CONNECT_AT_ONCE = 100;
const STALL_MS = 10_000;

/** Sockets to one server, one request at a time on each. */
export class ClosedLoop {
  #port;
  #requests;
  #connections;
  #status;
  #sockets = [];

  /**
   * @param requests - sent in turn, as bytes or as functions that create the bytes
   * @param options - `connections`: 50 by default; `status`: that of every response, 200 by default
   */
  constructor(port, requests, { connections = CONNECTIONS, status = 200 } = {}) {
    this.#port = port;
    this.#requests = requests;
    this.#connections = connections;
    this.#status = status;
  }

  /** Sends `count` requests; rejects at the first response with another status. @returns the latency of each in milliseconds */
  async run(count) {
    // Connects only now: servers close idle connections.
    if (this.#sockets.length === 0) await this.#open();
    let begun = 0;
    const next = () => (begun < count ? this.#requests[begun++ % this.#requests.length] : undefined);
    const expected = `HTTP/1.1 ${this.#status}`;
    const latencies = await Promise.all(this.#sockets.map((socket) => sendRequests(socket, next, expected)));
    return latencies.flat();
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open() {
    while (this.#sockets.length < this.#connections) {
      const batch = Math.min(CONNECT_AT_ONCE, this.#connections - this.#sockets.length);
      const opened = Array.from({ length: batch }, () =>
        connect({ port: this.#port, host: '127.0.0.1', noDelay: true }),
      );
      this.#sockets.push(...opened);
      await Promise.all(opened.map((socket) => once(socket, 'connect')));
    }
  }
}

/** Sends the requests of `next`, one after the other, until it returns none; returns their latencies in milliseconds. */
function sendRequests(socket, next, expected) {
  return new Promise((resolve, reject) => {
    const latencies = [];
    let sentMs = 0;
    let received = '';
    const settle = (done, outcome) => {
      socket.setTimeout(0);
      for (const event of ['data', 'error', 'close', 'timeout']) socket.removeAllListeners(event);
      done(outcome);
    };
    const fail = (why) => settle(reject, new Error(`the load stopped: ${why}`));
    const send = () => {
      const request = next();
      if (!request) return settle(resolve, latencies);
      sentMs = performance.now();
      socket.write(typeof request === 'function' ? request() : request);
    };
    socket.on('data', (chunk) => {
      received += chunk.latin1Slice();
      const end = findResponseEnd(received);
      if (end === undefined || received.length < end) return;
      if (received.length > end || !received.startsWith(expected))
        return fail(`${expected}, not ${received.slice(0, 500)}`);
      received = '';
      latencies.push(performance.now() - sentMs);
      send();
    });
    socket.on('error', fail);
    socket.on('close', () => fail('a connection was closed'));
    socket.on('timeout', () => fail('no response came'));
    socket.setTimeout(STALL_MS);
    send();
  });
}

/** Finds the end of a response; `undefined` while its headers are incomplete. */
function findResponseEnd(received) {
  const head = received.indexOf('\r\n\r\n');
  if (head === -1) return undefined;
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(received) ?? [];
  if (length === undefined) throw new Error('a response without Content-Length');
  return head + 4 + Number(length);
}
