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
