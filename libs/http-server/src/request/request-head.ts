/** Of the head of a request, what the bus decides by. */
export interface RequestHead {
  /** How many `Host` lines there are. */
  readonly hostCount: number;
  /** The last of them. */
  readonly host: string | undefined;
  readonly requestId: string | undefined;
  readonly transferCoding: string | undefined;
  readonly contentLength: string | undefined;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly prefer: string | undefined;
}

type Field = Exclude<keyof RequestHead, 'hostCount' | 'host'>;

const FIELDS: readonly (readonly [name: string, field: Field])[] = [
  ['x-request-id', 'requestId'],
  ['transfer-encoding', 'transferCoding'],
  ['content-length', 'contentLength'],
  ['accept', 'accept'],
  ['content-type', 'contentType'],
  ['content-encoding', 'contentEncoding'],
  ['prefer', 'prefer'],
];
const MAX_NAME_LENGTH = Math.max(...FIELDS.map(([name]) => name.length));
/** By the length of their names: most names are told apart by it. A map would hash every name of every request. */
const FIELDS_BY_LENGTH = Array.from({ length: MAX_NAME_LENGTH + 1 }, (_, length) =>
  FIELDS.filter(([name]) => name.length === length),
);

/**
 * Reads the head in one pass over the lines as they came. Node's `headers` makes an object of all of them when it is first looked
 * at, which costs 1.5 µs, and keeps the first of several Host lines, where a proxy in front may have kept another (RFC 9112 §3.2).
 *
 * @param lines - names and values in turn
 */
export function parseRequestHead(lines: readonly string[]): RequestHead {
  const head: { -readonly [K in keyof RequestHead]: RequestHead[K] } = {
    hostCount: 0,
    host: undefined,
    requestId: undefined,
    transferCoding: undefined,
    contentLength: undefined,
    accept: undefined,
    contentType: undefined,
    contentEncoding: undefined,
    prefer: undefined,
  };
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') {
      head.hostCount += 1;
      head.host = lines[index + 1];
    }
    const field = findField(name);
    if (field) head[field] = joinValues(head[field], lines[index + 1]);
  }
  return head;
}

function findField(name: string): Field | undefined {
  const candidates = FIELDS_BY_LENGTH[name.length];
  if (!candidates || candidates.length === 0) return undefined;
  const lowerCase = name.toLowerCase();
  for (const [candidate, field] of candidates) if (candidate === lowerCase) return field;
  return undefined;
}

/** Several lines of one name are one list (RFC 9110 §5.2). */
function joinValues(before: string | undefined, value: string | undefined): string | undefined {
  return before === undefined ? value : `${before}, ${value}`;
}
