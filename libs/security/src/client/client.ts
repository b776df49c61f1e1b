import type { RequestCredentials } from '../scheme/authentication-scheme';

/** The client of a request, besides its credentials. Only checks that may have to wait, or that can be guessed at, look at it. */
export interface Client {
  /** Its address, behind the proxies that are trusted. */
  readonly ip: string;
  /** Aborts when the outcome is of no use any more: the client has left, or its time is up. Default: never. */
  readonly signal?: AbortSignal;
}

/** A client of which no more is known than its connection. */
export function createClient({ socket }: RequestCredentials): Client {
  return { ip: socket.remoteAddress ?? '' };
}
