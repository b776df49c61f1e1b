import type { IncomingMessage } from 'node:http';
import { parseRequestHead, type RequestHead } from '../request/request-head';

/** Bytes of an unread body that are read to keep the connection open. */
const MAX_UNREAD_BYTES = 65_536;

/**
 * Whether the client is still sending a body that is too large to be read for the sake of the connection.
 *
 * @param head - default: parsed from the request
 */
export function isStillSending(request: IncomingMessage, head?: RequestHead): boolean {
  if (request.complete) return false;
  const { transferCoding, contentLength } = head ?? parseRequestHead(request.rawHeaders);
  return transferCoding !== undefined || Number(contentLength) > MAX_UNREAD_BYTES;
}

/** The state of a body stream of Node, as far as {@link closeEmptyBody} sets it. */
interface BodyState {
  ended: boolean;
  endEmitted: boolean;
  destroyed: boolean;
  closed: boolean;
  closeEmitted: boolean;
}

/**
 * Closes the stream of a body that the request does not have, before the response is sent. Otherwise Node reads the empty stream to its end
 * after the response, event by event, which costs more than routing the request. Newer versions of Node do the same with the option
 * `optimizeEmptyRequests`. A request with a listener keeps its events.
 */
export function closeEmptyBody(request: IncomingMessage, { transferCoding, contentLength }: RequestHead): void {
  if (transferCoding !== undefined || contentLength !== undefined || hasListener(request)) return;
  const state: unknown = Reflect.get(request, '_readableState');
  if (!isBodyState(state)) return;
  state.ended = true;
  state.endEmitted = true;
  state.destroyed = true;
  state.closed = true;
  state.closeEmitted = true;
  Reflect.set(request, '_dumped', true);
}

/** Asks for single events, since `eventNames()` is slow. */
function hasListener(request: IncomingMessage): boolean {
  return (
    request.listenerCount('close') > 0 || request.listenerCount('end') > 0 || request.listenerCount('readable') > 0
  );
}

function isBodyState(state: unknown): state is BodyState {
  return typeof state === 'object' && state !== null && 'endEmitted' in state && 'closeEmitted' in state;
}
