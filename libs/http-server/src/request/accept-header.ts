interface MediaRange {
  readonly range: string;
  readonly isExcluded: boolean;
}

const ZERO_QUALITY = /;\s*q=0(?:\.0*)?\s*(?:;|$)/i;

/**
 * Does an `Accept` header admit one of these media types? Of the ranges that match a type the most specific one decides, so that
 * `application/json;q=0, *\/*` refuses JSON (RFC 9110 §12.5.1). What most clients send is decided without taking the header apart.
 *
 * @param mediaTypes - in lower case, without parameters
 */
export function acceptsOneOf(accept: string | undefined, mediaTypes: readonly string[]): boolean {
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
  const decisive = fromSpecific.flatMap((wanted) => ranges.filter(({ range }) => range === wanted))[0];
  return decisive !== undefined && !decisive.isExcluded;
}
