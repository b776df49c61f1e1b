import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { ConnectTimeoutError } from './connect-timeout-error';

/** When a socket is ready. */
export type ReadyEvent = 'connect' | 'secureConnect';

/** A socket that is being opened: in one step or, through a proxy, in several, all of them within one time limit. */
export class Opening {
  readonly #timer: NodeJS.Timeout;
  #socket: Socket | undefined;
  #isOver = false;

  constructor(
    timeoutMs: number,
    private readonly done: buildConnector.Callback,
  ) {
    this.#timer = setTimeout(() => this.drop(new ConnectTimeoutError(timeoutMs)), timeoutMs);
  }

  /** One step: goes on with `next` once the socket is ready. */
  step(socket: Socket, event: ReadyEvent, next: () => void): void {
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
    if (this.#end()) this.done(null, socket);
  }

  /** It will not be open. */
  fail(error: Error): void {
    if (!this.#end()) return;
    this.#socket?.destroy();
    this.done(error, null);
  }

  /** Has it fail, though not at once: whoever drops it may be about to be told. */
  drop(error: Error): void {
    this.#socket?.destroy(error);
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    return true;
  }
}
