interface MediaRange {
  readonly range: string;
  /** From 0, which excludes the range, to 1. */
  readonly quality: number;
}

const QUALITY = /;\s*q=([01](?:\.\d*)?)\s*(?:;|$)/i;

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

/**
 * Chooses the media type that a client prefers: the one with the highest quality, and of several with the same one the first.
 *
 * @param accept - `undefined` accepts everything
 * @param mediaTypes - in lower case, without parameters, the one that the server prefers first
 * @returns `undefined` if the client accepts none
 */
export function choosePreferred(accept: string | undefined, mediaTypes: readonly string[]): string | undefined {
  const ranges = (accept ?? '*/*').split(',').map(parseMediaRange);
  const qualities = mediaTypes.map((mediaType) => findDecisiveRange(mediaType, ranges)?.quality ?? 0);
  const highest = Math.max(...qualities);
  return highest > 0 ? mediaTypes[qualities.indexOf(highest)] : undefined;
}

function parseMediaRange(text: string): MediaRange {
  const [range = ''] = text.split(';', 1);
  return { range: range.trim().toLowerCase(), quality: Number(QUALITY.exec(text)?.[1] ?? 1) };
}

function isAcceptable(mediaType: string, ranges: readonly MediaRange[]): boolean {
  return (findDecisiveRange(mediaType, ranges)?.quality ?? 0) > 0;
}

function findDecisiveRange(mediaType: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const fromSpecific = [mediaType, `${mediaType.slice(0, mediaType.indexOf('/'))}/*`, '*/*'];
  return fromSpecific.flatMap((name) => ranges.filter(({ range }) => range === name))[0];
}
