import { ConnectionClosedError } from 'bullmq';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { waitWithTimeout } from '@trunkline/time';
import type { PgQueryResult } from '../sql/pg-query-result';
import { SqlDatabase } from '../sql/sql-database';
import { encodeFrame, FrameDecoder } from './frames';
import { PendingQueries } from './pending-queries';
import type { QueryResponse, QueryRequest } from './thread-messages';

const CONNECT_TIMEOUT_MS = 1_000;

/** A connection to the store that another process of this machine holds. */
export class SocketDatabase extends SqlDatabase {
  readonly #pending = new PendingQueries((notification) => this.emitNotification(notification));
  readonly #decoder = new FrameDecoder<QueryResponse>();
  readonly #send = (request: QueryRequest): void => void this.socket.write(encodeFrame(request));
  #isClosing = false;

  private constructor(private readonly socket: Socket) {
    super();
    socket.on('data', (chunk: Buffer) => this.#handleData(chunk));
    // The close event follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#handleClose());
    socket.unref();
  }

  /** Connects to the socket of the holder. Rejects if no process listens. */
  static async connect(path: string): Promise<SocketDatabase> {
    const socket = createConnection(path);
    try {
      await waitWithTimeout(CONNECT_TIMEOUT_MS, once(socket, 'connect'));
      return new SocketDatabase(socket);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    if (this.socket.destroyed) throw new ConnectionClosedError();
    this.socket.ref();
    return this.#pending.send(this.#send, text, params);
  }

  override async close(): Promise<void> {
    this.#isClosing = true;
    this.socket.destroy();
  }

  #handleData(chunk: Buffer): void {
    for (const response of this.#decoder.decode(chunk)) this.#pending.settle(response);
    if (this.#pending.size === 0) this.socket.unref();
  }

  #handleClose(): void {
    const error = new Error('the process that holds the job store has ended');
    this.#pending.rejectAll(error);
    if (!this.#isClosing) this.emitDisconnect(error);
  }
}
