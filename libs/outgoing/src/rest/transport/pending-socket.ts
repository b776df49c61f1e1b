import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { ConnectTimeoutError } from './connect-timeout-error';

/** When a socket is ready. */
export type ReadyEvent = 'connect' | 'secureConnect';

/** A socket that is being opened: in one step or, through a proxy, in several, all of them within one time limit. */
export class PendingSocket {
  readonly #timer: NodeJS.Timeout;
  #socket: Socket | undefined;
  #isSettled = false;

  constructor(
    timeoutMs: number,
    private readonly callback: buildConnector.Callback,
  ) {
    this.#timer = setTimeout(() => this.abort(new ConnectTimeoutError(timeoutMs)), timeoutMs);
  }

  /** One step: goes on with `next` once the socket is ready. */
  awaitEvent(socket: Socket, event: ReadyEvent, next: () => void): void {
    this.#socket = socket;
    const fail = (error: Error) => this.fail(error);
    // A socket within another one may be closed by that without an error of its own.
    const close = () => this.fail(new Error('the connection was closed before it was ready'));
    socket
      .once('error', fail)
      .once('close', close)
      .once(event, () => {
        socket.off('error', fail).off('close', close);
        next();
      });
  }

  /** It is open. */
  succeed(socket: Socket): void {
    if (this.#settle()) this.callback(null, socket);
  }

  /** It will not be open. */
  fail(error: Error): void {
    if (!this.#settle()) return;
    this.#socket?.destroy();
    this.callback(error, null);
  }

  /** Has it fail, though not at once: whoever drops it may be about to be told. */
  abort(error: Error): void {
    this.#socket?.destroy(error);
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    return true;
  }
}
