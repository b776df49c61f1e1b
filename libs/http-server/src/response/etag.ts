import { createHash } from 'node:crypto';

const ENTITY_TAG = /(?:W\/)?"([^"]*)"/g;

/** Creates the entity tag of a body. It is weak, since the same body is sent compressed or uncompressed (RFC 9110 §8.8.1). */
export function createEtag(body: string): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** Whether `If-None-Match` lists this entity tag, by weak comparison (RFC 9110 §13.1.2). */
export function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = getOpaqueTag(etag);
  return [...ifNoneMatch.matchAll(ENTITY_TAG)].some(([, listed]) => listed === opaque);
}

function getOpaqueTag(etag: string): string {
  return etag.slice(etag.indexOf('"') + 1, -1);
}
