// HTTP/1.1 requests over plain persistent sockets: the cheapest load generator.
import { once } from 'node:events';
import { connect } from 'node:net';

const CONNECTIONS = 50;
const STALL_MS = 10_000;

/** Formats a GET. */
export function createGetRequest(path, headers = {}) {
  const lines = Object.entries({ host: 'bench', accept: 'application/json', ...headers });
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
}

/** Formats a POST of JSON. */
export function createPostRequest(path, value) {
  const body = JSON.stringify(value);
  const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\naccept: application/json\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Creates a function that formats a POST of JSON with a new Idempotency-Key each time. */
export function createKeyedPostRequest(path, value) {
  const [head, body] = createPostRequest(path, value).toString().split('\r\n\r\n');
  let count = 0;
  return () => Buffer.from(`${head}\r\nidempotency-key: "key-${(count += 1)}"\r\n\r\n${body}`);
}

/** Sockets to one server, one request at a time on each. */
export class ClosedLoop {
  #status;
  #port;
  #requests;
  #sockets = [];

  #connections;

  /** @param requests - sent in turn, as text or as functions that create the text. The response to each must have `status` */
  constructor(port, requests, connections = CONNECTIONS, status = 200) {
    this.#status = status;
    this.#port = port;
    this.#connections = connections;
    this.#requests = requests;
  }

  /** Sends `count` requests; rejects at the first response with another status. */
  async run(count) {
    // Connects only now: servers close idle connections.
    if (this.#sockets.length === 0) await this.#open();
    let begun = 0;
    const next = () => (begun < count ? this.#requests[begun++ % this.#requests.length] : undefined);
    await Promise.all(this.#sockets.map((socket) => sendRequests(socket, next, `HTTP/1.1 ${this.#status}`)));
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open() {
    const open = () => connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#sockets = Array.from({ length: this.#connections }, open);
    await Promise.all(this.#sockets.map((socket) => once(socket, 'connect')));
  }
}

/** Sends the requests of `next`, one after the other, until it returns none. */
function sendRequests(socket, next, expected) {
  return new Promise((resolve, reject) => {
    let received = '';
    const settle = (done, outcome) => {
      socket.setTimeout(0);
      for (const event of ['data', 'error', 'close', 'timeout']) socket.removeAllListeners(event);
      done(outcome);
    };
    const fail = (why) => settle(reject, new Error(`the load stopped: ${why}`));
    const send = () => {
      const request = next();
      if (request) socket.write(typeof request === 'function' ? request() : request);
      else settle(resolve);
    };
    socket.on('data', (chunk) => {
      received += chunk.latin1Slice();
      const end = findResponseEnd(received);
      if (end === undefined || received.length < end) return;
      if (received.length > end || !received.startsWith(expected))
        return fail(`${expected}, not ${received.slice(0, 500)}`);
      received = '';
      send();
    });
    socket.on('error', fail);
    socket.on('close', () => fail('a connection was closed'));
    socket.on('timeout', () => fail('no answer came'));
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
