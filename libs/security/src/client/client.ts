import type { RequestCredentials } from '../scheme/request-credentials';

/** The client of a request. Only used by checks that are asynchronous or limited. */
export interface Client {
  /** Address of the client, behind trusted proxies. */
  readonly ip: string;
  /** Aborts when the result is no longer needed: the client has left, or the deadline has passed. Default: never. */
  readonly signal?: AbortSignal;
}

/** Creates a client from the connection of a request. */
export function createClient({ socket }: RequestCredentials): Client {
  return { ip: socket.remoteAddress ?? '' };
}
