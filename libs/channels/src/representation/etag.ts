import { createHash } from 'node:crypto';

const LISTED = /(?:W\/)?"([^"]*)"/g;

/**
 * The validator of a representation. Weak, since the same JSON may go out compressed or not (RFC 9110 §8.8.1).
 */
export function etagOf(body: string): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** Does `If-None-Match` name this validator, by weak comparison (RFC 9110 §13.1.2)? */
export function isKnown(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = opaqueOf(etag);
  return [...ifNoneMatch.matchAll(LISTED)].some(([, listed]) => listed === opaque);
}

function opaqueOf(etag: string): string {
  return etag.slice(etag.indexOf('"') + 1, -1);
}
