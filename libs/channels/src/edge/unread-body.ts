import type { IncomingMessage } from 'node:http';
import { type Head, readHead } from './head';

/** Larger bodies are not worth reading only to keep the connection. */
const LARGEST_UNREAD_BYTES = 65_536;

/** May more of a body follow than is worth reading for the sake of its connection? */
export function announcesLargeBody({ transferCoding, contentLength }: Head): boolean {
  return transferCoding !== undefined || Number(contentLength) > LARGEST_UNREAD_BYTES;
}

/** Is a response given while such a body is still being sent? */
export function isStillSending({ complete, rawHeaders }: IncomingMessage): boolean {
  return !complete && announcesLargeBody(readHead(rawHeaders));
}
