import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { ConnectTimeoutError } from './connect-timeout-error';

/** The event that reports a socket as ready. */
export type ReadyEvent = 'connect' | 'secureConnect';

/** A socket that is being opened, in one step or, through a proxy, in several. All steps share one time limit. */
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

  /** Calls `next` once the socket is ready. */
  awaitEvent(socket: Socket, event: ReadyEvent, next: () => void): void {
    this.#socket = socket;
    const fail = (error: Error) => this.fail(error);
    // The outer socket may close a socket within it without an error.
    const close = () => this.fail(new Error('the connection was closed before it was ready'));
    socket
      .once('error', fail)
      .once('close', close)
      .once(event, () => {
        socket.off('error', fail).off('close', close);
        next();
      });
  }

  /** Reports the open socket. */
  succeed(socket: Socket): void {
    if (this.#settle()) this.callback(null, socket);
  }

  /** Reports an error, and destroys the socket. */
  fail(error: Error): void {
    if (!this.#settle()) return;
    this.#socket?.destroy();
    this.callback(error, null);
  }

  /** Makes the socket fail in a later tick: the caller may be about to receive its outcome. */
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
