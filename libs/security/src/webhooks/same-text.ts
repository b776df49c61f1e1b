import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares a text with a secret in constant time, whatever their lengths. */
export function isSameText(sent: string, expected: string): boolean {
  return timingSafeEqual(digest(sent), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
