import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Finds the response that a connection currently sends or waits for. Node stores it in an internal property only. */
export function findPendingResponse(socket: object): ServerResponse | undefined {
  const message: unknown = Reflect.get(socket, '_httpMessage');
  return isServerResponse(message) ? message : undefined;
}

/**
 * Calls `respond` after the responses to the requests that were received completely before an unreadable one: responses are sent in the
 * order of the requests (RFC 9112 §9.3.2). If the unreadable request already has a response, the connection closes after it instead.
 */
export function runAfterResponses(socket: Socket, respond: () => void): void {
  const response = findPendingResponse(socket);
  if (!response) return respond();
  if (response.req.complete) return void response.once('finish', () => runAfterResponses(socket, respond));
  if (!response.headersSent) return respond();
  response.once('finish', () => socket.destroySoon());
}

function isServerResponse(message: unknown): message is ServerResponse {
  return typeof message === 'object' && message !== null && 'headersSent' in message && 'shouldKeepAlive' in message;
}
