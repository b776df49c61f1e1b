import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '../request/request-head';

/** Bytes of an unread body that are read to keep the connection open. */
const MAX_UNREAD_BYTES = 65_536;

/** Whether the client is still sending a body that is too large to be read for the sake of the connection. */
export function isStillSending({ complete }: IncomingMessage, { transferCoding, contentLength }: RequestHead): boolean {
  return !complete && (transferCoding !== undefined || Number(contentLength) > MAX_UNREAD_BYTES);
}
