import { isUtf8 } from 'node:buffer';
import { type BusError, createFailure } from '@trunkline/failures';

/** More problems of one body are counted, not listed. */
const MAX_PROBLEMS = 10;

/** Creates the failure of a body with these problems. They name places of the body, not its values. */
export function createMalformedBodyFailure(problems: readonly string[]): BusError {
  const listed = problems.slice(0, MAX_PROBLEMS).join('; ');
  const more = problems.length - MAX_PROBLEMS;
  return createFailure('MALFORMED_BODY', { detail: more > 0 ? `${listed}; and ${more} more problems` : listed });
}

/** Decodes UTF-8 without a byte order mark. */
export function decodeUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw createMalformedBodyFailure(['the body is not UTF-8']);
  const text = body.toString('utf8');
  return text.startsWith('\u{FEFF}') ? text.slice(1) : text;
}
