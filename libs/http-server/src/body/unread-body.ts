import type { IncomingMessage } from 'node:http';
import { type RequestHead, parseRequestHead } from '../request/request-head';

/** Larger bodies are not worth reading only to keep the connection. */
const MAX_UNREAD_BYTES = 65_536;

/** May more of a body follow than is worth reading for the sake of its connection? */
export function announcesLargeBody({ transferCoding, contentLength }: RequestHead): boolean {
  return transferCoding !== undefined || Number(contentLength) > MAX_UNREAD_BYTES;
}

/** Is a response given while such a body is still being sent? */
export function isStillSending({ complete, rawHeaders }: IncomingMessage): boolean {
  return !complete && announcesLargeBody(parseRequestHead(rawHeaders));
}
