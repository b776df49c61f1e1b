const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
const ZERO = 0x30;
const TWO = 0x32;
const COLON = 0x3a;
const LOWER_C = 0x63;
/** Makes a letter lower case. */
const CASE_BIT = 0x20;

const HTTP = Buffer.from('HTTP/');
/** Where the status is in `HTTP/1.1 200 OK`. */
const STATUS_AT = HTTP.length + 4;
const NAME = 'content-length';
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 304]);
/** No further byte makes it a head. */
const BROKEN_LINE = /\r[^\n]|\n[^:\r\n]*\r?\n/;
const DIGITS = /^\d+$/;

/**
 * Makes undici accept heads of responses (HTTP/1.1) that are valid and that it rejects, by changing the bytes before it reads them:
 *
 * - `100 Continue` that was not asked for (RFC 9110 §15.2) becomes `102 Processing`, an interim response that undici passes over
 * - 304 and 204 lose their Content-Length, which says nothing of their own length (RFC 9112 §6.3)
 * - several Content-Length of one value become one (RFC 9110 §8.6)
 *
 * One of these belongs to a socket. A head that needs no change costs one pass over its bytes (0.35 µs for 200 bytes), bodies cost nothing.
 */
export class ResponseHeads {
  #isDue = false;
  /** The beginning of a head whose end has not come yet. */
  #held: Buffer | undefined;
  #lengthLines = 0;
  #hasList = false;

  /** @param mostBytes - longer heads are handed on as they are */
  constructor(private readonly mostBytes: number) {}

  /** A request is being written: what comes next is the head of its response. */
  expect(): void {
    this.#isDue = true;
    this.#held = undefined;
  }

  /** @returns the bytes for undici, `null` where more of the head has to come first */
  repair(chunk: Buffer): Buffer | null {
    if (!this.#isDue) return chunk;
    const bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = undefined;
    return this.#repairFrom(bytes, 0);
  }

  #repairFrom(bytes: Buffer, start: number): Buffer | null {
    const end = this.#scan(bytes, start);
    if (end === undefined) return this.#hold(bytes, start);
    const status = readStatus(bytes, start);
    if (Math.trunc(status / 100) === 1) {
      if (status === 100) bytes[start + STATUS_AT + 2] = TWO;
      return end === bytes.length ? bytes : this.#repairFrom(bytes, end);
    }
    this.#isDue = false;
    const isWithoutContent = WITHOUT_CONTENT.has(status);
    const isOdd = this.#hasList || this.#lengthLines > (isWithoutContent ? 0 : 1);
    return isOdd ? rewriteLengths(bytes, { start, end, isWithoutContent }) : bytes;
  }

  /** @returns the offset after the empty line that ends the head; `undefined` where that has not come yet */
  #scan(bytes: Buffer, start: number): number | undefined {
    this.#lengthLines = 0;
    this.#hasList = false;
    let lineStart = start;
    for (let at = start; at < bytes.length; at += 1) {
      if (bytes[at] !== LINE_FEED) continue;
      if (at === lineStart || (at === lineStart + 1 && bytes[lineStart] === CARRIAGE_RETURN)) return at + 1;
      if (bytes[lineStart + NAME.length] === COLON && ((bytes[lineStart] ?? 0) | CASE_BIT) === LOWER_C) {
        this.#lengthLines += 1;
        this.#hasList ||= bytes.subarray(lineStart, at).includes(COMMA);
      }
      lineStart = at + 1;
    }
    return undefined;
  }

  /** What is no head of HTTP is not waited for, nor what is too long: undici says what is wrong with it. */
  #hold(bytes: Buffer, start: number): Buffer | null {
    const rest = bytes.subarray(start);
    const isHttp = rest.subarray(0, HTTP.length).equals(HTTP.subarray(0, rest.length));
    if (!isHttp || rest.length >= this.mostBytes || BROKEN_LINE.test(rest.toString('latin1'))) {
      this.#isDue = false;
      return bytes;
    }
    this.#held = rest;
    return start === 0 ? null : bytes.subarray(0, start);
  }
}

function readStatus(bytes: Buffer, start: number): number {
  const at = start + STATUS_AT;
  const [hundreds = 0, tens = 0, ones = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  return (hundreds - ZERO) * 100 + (tens - ZERO) * 10 + ones - ZERO;
}

interface Head {
  readonly start: number;
  readonly end: number;
  readonly isWithoutContent: boolean;
}

/** Leaves lengths alone that are not all the same number: they stay as wrong as they are. */
function rewriteLengths(bytes: Buffer, { start, end, isWithoutContent }: Head): Buffer {
  const lines = bytes.toString('latin1', start, end).split('\r\n');
  const values = lines.filter(isLength).flatMap((line) => line.slice(NAME.length + 1).split(','));
  const [value = '', ...others] = values.map((text) => text.trim());
  if (!DIGITS.test(value) || others.some((other) => other !== value)) return bytes;
  const [statusLine = '', ...fields] = lines.filter((line) => !isLength(line));
  const head = [statusLine, ...(isWithoutContent ? [] : [`${NAME}: ${value}`]), ...fields].join('\r\n');
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(head, 'latin1'), bytes.subarray(end)]);
}

function isLength(line: string): boolean {
  return line.slice(0, NAME.length + 1).toLowerCase() === `${NAME}:`;
}
