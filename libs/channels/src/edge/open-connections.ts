import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { takeNoMoreFrom } from './last-request';
import { closeInSteps } from './lingering-close';

/** An answer that its client takes nothing of for so long is given up. */
const SLOW_READER_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

/** The connections of a server. */
export class OpenConnections {
  readonly #sockets = new Set<Socket>();
  /** Those on which nothing had come at the last look. */
  #mute = new Set<Socket>();

  constructor(
    private readonly server: Server,
    isTls: boolean,
  ) {
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket);
      closeInSteps(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const looking = setInterval(() => this.#watchSlowReaders(), LOOK_EVERY_MS).unref();
    server.on('close', () => clearInterval(looking));
    server.on('timeout', (socket: Socket) => onSilence(socket));
  }

  /** Has the answers that are under way say that they are the last on their connections (RFC 9112 §9.6). */
  endWithAnswers(): void {
    for (const socket of this.#sockets) {
      const response = answerOn(socket);
      if (!response || response.headersSent) continue;
      response.shouldKeepAlive = false;
      takeNoMoreFrom(socket);
    }
  }

  /**
   * Closes those that wait for a request. Node takes one that has not had its first for one that is being received: such as browsers
   * open in advance. It is closed at the second look, for the first may come between its opening and its request.
   */
  closeIdle(): void {
    this.server.closeIdleConnections();
    const mute = [...this.#sockets].filter(({ bytesRead }) => bytesRead === 0);
    for (const socket of mute) if (this.#mute.has(socket)) socket.destroy();
    this.#mute = new Set(mute);
  }

  /** Most answers are taken at once: a time limit on every connection, set and renewed with each of them, costs a request 1 µs. */
  #watchSlowReaders(): void {
    for (const socket of this.#sockets) {
      if (socket.writableLength > 0 && socket.timeout !== SLOW_READER_MS) socket.setTimeout(SLOW_READER_MS);
    }
  }
}

/** A request that is worked on is silent, too: what waits in vain to be sent tells of a slow reader, no request of an idle client. */
function onSilence(socket: Socket): void {
  if (socket.writableLength > 0 || !answerOn(socket)) socket.destroy();
  else socket.setTimeout(0);
}

/** Node keeps the answer that a connection is waiting for there, and nowhere that is public. */
export function answerOn(socket: object): ServerResponse | undefined {
  const message: unknown = Reflect.get(socket, '_httpMessage');
  return isAnswer(message) ? message : undefined;
}

function isAnswer(message: unknown): message is ServerResponse {
  return typeof message === 'object' && message !== null && 'headersSent' in message && 'shouldKeepAlive' in message;
}
