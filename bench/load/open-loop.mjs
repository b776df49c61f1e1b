// Requests at a rate independent of responses, as from many clients: shows the behaviour of a server under overload. Latency counts from
// the time at which a request was due, so that a stall of either side is included (coordinated omission).
import { connect } from 'node:net';
import { calculatePercentile } from '../figures/statistics.mjs';

/** How long a client waits before it aborts and reconnects. */
const REQUEST_TIMEOUT_MS = 1_000;

/** Clients with a bounded pool of persistent connections, one request at a time on each. */
export class OpenLoop {
  #port;
  #request;
  #connections;
  #idle = [];
  #open = 0;
  #due = [];
  #figures;

  constructor(port, request, connections = 256) {
    this.#port = port;
    this.#request = request;
    this.#connections = connections;
  }

  /** Offers `perSecond` requests for `seconds`. @returns the number of completed and failed requests, and the p99 of the completed */
  async offer(perSecond, seconds) {
    this.#figures = { offered: 0, lost: 0, rejected: 0, latencies: [] };
    const figures = this.#figures;
    const beganMs = performance.now();
    const total = perSecond * seconds;
    while (figures.offered < total) {
      const nowMs = performance.now();
      const due = Math.min(total, Math.floor(((nowMs - beganMs) / 1_000) * perSecond));
      for (; figures.offered < due; figures.offered += 1)
        this.#due.push(beganMs + (figures.offered / perSecond) * 1_000);
      this.#send();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const isOver = () => this.#idle.length === this.#open && this.#due.length === 0;
    while (!isOver()) {
      this.#send();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return {
      completed: figures.latencies.length,
      p99Ms: calculatePercentile(figures.latencies, 0.99),
      failed: figures.rejected + figures.lost,
    };
  }

  close() {
    for (const socket of this.#idle) socket.destroy();
  }

  #send() {
    const nowMs = performance.now();
    while (this.#due.length > 0 && nowMs - this.#due[0] > REQUEST_TIMEOUT_MS) {
      this.#due.shift();
      this.#figures.lost += 1;
    }
    while (this.#due.length > 0 && (this.#idle.length > 0 || this.#open < this.#connections)) {
      this.#exchange(this.#idle.pop() ?? this.#connect(), this.#due.shift());
    }
  }

  #connect() {
    this.#open += 1;
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    socket.on('close', () => {
      this.#open -= 1;
      const at = this.#idle.indexOf(socket);
      if (at !== -1) this.#idle.splice(at, 1);
    });
    // Every error closes the connection, which is counted.
    socket.on('error', () => undefined);
    return socket;
  }

  #exchange(socket, dueMs) {
    const figures = this.#figures;
    const lose = () => {
      figures.lost += 1;
      settle();
      socket.destroy();
    };
    const timer = setTimeout(lose, Math.max(1, dueMs + REQUEST_TIMEOUT_MS - performance.now()));
    let received = '';
    const onData = (chunk) => {
      received += chunk.latin1Slice();
      if (!isComplete(received)) return;
      if (received.startsWith('HTTP/1.1 200')) figures.latencies.push(performance.now() - dueMs);
      else figures.rejected += 1;
      settle();
      if (/\r\nconnection: close/i.test(received)) socket.destroy();
      else this.#idle.push(socket);
      this.#send();
    };
    const settle = () => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('close', lose);
    };
    socket.on('data', onData);
    socket.on('close', lose);
    socket.write(this.#request);
  }
}

function isComplete(received) {
  const head = received.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(received) ?? [];
  return received.length >= head + 4 + Number(length);
}
