import { createHash } from 'node:crypto';

const ENTITY_TAG = /(?:W\/)?"([^"]*)"/g;

/**
 * The validator of a representation. Weak, since the same JSON may go out compressed or not (RFC 9110 §8.8.1).
 */
export function createEtag(body: string): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** Does `If-None-Match` name this validator, by weak comparison (RFC 9110 §13.1.2)? */
export function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = getOpaqueTag(etag);
  return [...ifNoneMatch.matchAll(ENTITY_TAG)].some(([, listed]) => listed === opaque);
}

function getOpaqueTag(etag: string): string {
  return etag.slice(etag.indexOf('"') + 1, -1);
}
