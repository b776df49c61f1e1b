import { ConnectionClosedError } from 'bullmq';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { PgQueryResult } from '../sql/pg-shapes';
import { SqlLink } from '../sql/sql-link';
import { within } from '../within';
import { frame, Frames } from './frames';
import { PendingQueries } from './pending-queries';
import type { QueryAnswer, QueryRequest } from './thread-messages';

const CONNECT_LIMIT_MS = 1_000;

/** The way to a store that another process of this machine holds. */
export class SocketLink extends SqlLink {
  readonly #pending = new PendingQueries((notification) => this.tellNotified(notification));
  readonly #frames = new Frames<QueryAnswer>();
  readonly #send = (request: QueryRequest): void => void this.socket.write(frame(request));
  #isClosing = false;

  private constructor(private readonly socket: Socket) {
    super();
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    // What ends a socket is told by its close.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
    socket.unref();
  }

  /** Rejects if nobody answers at this path. */
  static async connect(path: string): Promise<SocketLink> {
    const socket = createConnection(path);
    try {
      await within(CONNECT_LIMIT_MS, once(socket, 'connect'));
      return new SocketLink(socket);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    if (this.socket.destroyed) throw new ConnectionClosedError();
    this.socket.ref();
    return this.#pending.ask(this.#send, text, params);
  }

  override async close(): Promise<void> {
    this.#isClosing = true;
    this.socket.destroy();
  }

  #received(chunk: Buffer): void {
    for (const answer of this.#frames.push(chunk)) this.#pending.answered(answer);
    if (this.#pending.size === 0) this.socket.unref();
  }

  #closed(): void {
    const error = new Error('the process that holds the job store has ended');
    this.#pending.abandon(error);
    if (!this.#isClosing) this.tellLost(error);
  }
}
