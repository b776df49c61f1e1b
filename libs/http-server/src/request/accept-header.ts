interface MediaRange {
  readonly range: string;
  readonly isExcluded: boolean;
}

const ZERO_QUALITY = /;\s*q=0(?:\.0*)?\s*(?:;|$)/i;

/**
 * Whether an `Accept` header accepts one of these media types. The most specific range that matches a type decides:
 * `application/json;q=0, *\/*` does not accept JSON (RFC 9110 §12.5.1).
 *
 * @param accept - `undefined` accepts everything
 * @param mediaTypes - in lower case, without parameters
 */
export function acceptsOneOf(accept: string | undefined, mediaTypes: readonly string[]): boolean {
  // The values that most clients send need no parsing.
  if (accept === undefined || accept === '*/*' || accept === mediaTypes[0]) return true;
  const ranges = accept.split(',').map(parseMediaRange);
  return mediaTypes.some((mediaType) => isAcceptable(mediaType, ranges));
}

function parseMediaRange(text: string): MediaRange {
  const [range = ''] = text.split(';', 1);
  return { range: range.trim().toLowerCase(), isExcluded: ZERO_QUALITY.test(text) };
}

function isAcceptable(mediaType: string, ranges: readonly MediaRange[]): boolean {
  const fromSpecific = [mediaType, `${mediaType.slice(0, mediaType.indexOf('/'))}/*`, '*/*'];
  const decisive = fromSpecific.flatMap((name) => ranges.filter(({ range }) => range === name))[0];
  return decisive !== undefined && !decisive.isExcluded;
}
