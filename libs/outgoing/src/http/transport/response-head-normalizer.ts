const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
const ZERO = 0x30;
const TWO = 0x32;
const COLON = 0x3a;
const LOWER_C = 0x63;
/** Makes a letter lower case. */
const CASE_BIT = 0x20;

const HTTP_PREFIX = Buffer.from('HTTP/');
/** Offset of the status in `HTTP/1.1 200 OK`. */
const STATUS_OFFSET = HTTP_PREFIX.length + 4;
const CONTENT_LENGTH = 'content-length';
const STATUSES_WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 304]);
/** Matches bytes that cannot become a head. */
const MALFORMED_LINE = /\r[^\n]|\n[^:\r\n]*\r?\n/;
const DIGITS = /^\d+$/;

/**
 * Makes undici accept heads of responses (HTTP/1.1) that are valid and that it rejects, by changing the bytes before it reads them:
 *
 * - an unsolicited `100 Continue` (RFC 9110 §15.2) becomes `102 Processing`, an interim response that undici skips
 * - 304 and 204 lose their Content-Length, which is not the length of their own content (RFC 9112 §6.3)
 * - several Content-Length of one value become one (RFC 9110 §8.6)
 *
 * Each socket has one normalizer. A head that needs no change costs one pass over its bytes, bodies cost nothing.
 */
export class ResponseHeadNormalizer {
  #isHeadExpected = false;
  /** The beginning of an incomplete head. */
  #buffered: Buffer | undefined;
  #contentLengthCount = 0;
  #hasContentLengthList = false;

  /** @param maxBytes - longer heads are passed on unchanged */
  constructor(private readonly maxBytes: number) {}

  /** Called when a request is written: the next bytes are the head of its response. */
  expectResponse(): void {
    this.#isHeadExpected = true;
    this.#buffered = undefined;
  }

  /** @returns the bytes for undici; `null` while the head is incomplete */
  normalize(chunk: Buffer): Buffer | null {
    if (!this.#isHeadExpected) return chunk;
    const bytes = this.#buffered ? Buffer.concat([this.#buffered, chunk]) : chunk;
    this.#buffered = undefined;
    return this.#normalizeFrom(bytes, 0);
  }

  #normalizeFrom(bytes: Buffer, start: number): Buffer | null {
    const end = this.#findHeadEnd(bytes, start);
    if (end === undefined) return this.#bufferRest(bytes, start);
    const status = readStatus(bytes, start);
    if (Math.trunc(status / 100) === 1) {
      if (status === 100) bytes[start + STATUS_OFFSET + 2] = TWO;
      return end === bytes.length ? bytes : this.#normalizeFrom(bytes, end);
    }
    this.#isHeadExpected = false;
    const isWithoutContent = STATUSES_WITHOUT_CONTENT.has(status);
    const isOdd = this.#hasContentLengthList || this.#contentLengthCount > (isWithoutContent ? 0 : 1);
    return isOdd ? rewriteContentLengths(bytes, { start, end, isWithoutContent }) : bytes;
  }

  /** @returns the offset after the empty line that ends the head; `undefined` while the head is incomplete */
  #findHeadEnd(bytes: Buffer, start: number): number | undefined {
    this.#contentLengthCount = 0;
    this.#hasContentLengthList = false;
    let lineStart = start;
    for (let at = start; at < bytes.length; at += 1) {
      if (bytes[at] !== LINE_FEED) continue;
      if (at === lineStart || (at === lineStart + 1 && bytes[lineStart] === CARRIAGE_RETURN)) return at + 1;
      if (bytes[lineStart + CONTENT_LENGTH.length] === COLON && ((bytes[lineStart] ?? 0) | CASE_BIT) === LOWER_C) {
        this.#contentLengthCount += 1;
        this.#hasContentLengthList ||= bytes.subarray(lineStart, at).includes(COMMA);
      }
      lineStart = at + 1;
    }
    return undefined;
  }

  /** Buffers an incomplete head. Bytes that are no head, or too long, are passed on: undici reports the error. */
  #bufferRest(bytes: Buffer, start: number): Buffer | null {
    const rest = bytes.subarray(start);
    const isHttp = rest.subarray(0, HTTP_PREFIX.length).equals(HTTP_PREFIX.subarray(0, rest.length));
    if (!isHttp || rest.length >= this.maxBytes || MALFORMED_LINE.test(rest.toString('latin1'))) {
      this.#isHeadExpected = false;
      return bytes;
    }
    this.#buffered = rest;
    return start === 0 ? null : bytes.subarray(0, start);
  }
}

function readStatus(bytes: Buffer, start: number): number {
  const at = start + STATUS_OFFSET;
  const [hundreds = 0, tens = 0, ones = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  return (hundreds - ZERO) * 100 + (tens - ZERO) * 10 + ones - ZERO;
}

interface HeadRange {
  readonly start: number;
  readonly end: number;
  readonly isWithoutContent: boolean;
}

/** Rewrites the lengths of a head. Lengths that differ stay unchanged, so that undici rejects them. */
function rewriteContentLengths(bytes: Buffer, { start, end, isWithoutContent }: HeadRange): Buffer {
  const lines = bytes.toString('latin1', start, end).split('\r\n');
  const values = lines.filter(isContentLength).flatMap((line) => line.slice(CONTENT_LENGTH.length + 1).split(','));
  const [value = '', ...others] = values.map((text) => text.trim());
  if (!DIGITS.test(value) || others.some((other) => other !== value)) return bytes;
  const [statusLine = '', ...fields] = lines.filter((line) => !isContentLength(line));
  const head = [statusLine, ...(isWithoutContent ? [] : [`${CONTENT_LENGTH}: ${value}`]), ...fields].join('\r\n');
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(head, 'latin1'), bytes.subarray(end)]);
}

function isContentLength(line: string): boolean {
  return line.slice(0, CONTENT_LENGTH.length + 1).toLowerCase() === `${CONTENT_LENGTH}:`;
}
