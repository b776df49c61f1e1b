/** The header fields of a request that decide how it is handled. */
export interface RequestHead {
  /** Number of `Host` lines. */
  readonly hostCount: number;
  /** Value of the last `Host` line. */
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
/** Indexed by the length of the name, which rules out most names: a map would hash every name of every request. */
const FIELDS_BY_LENGTH = Array.from({ length: MAX_NAME_LENGTH + 1 }, (_, length) =>
  FIELDS.filter(([name]) => name.length === length),
);

/**
 * Parses the head of a request in one pass over its raw lines. Node's `headers` is slower, as it creates an object of all fields, and keeps
 * only the first of several Host lines, where a proxy may have used another one (RFC 9112 §3.2).
 *
 * @param lines - `rawHeaders` of Node: names and values alternating
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

/** Several lines with the same name form one list (RFC 9110 §5.2). */
function joinValues(before: string | undefined, value: string | undefined): string | undefined {
  return before === undefined ? value : `${before}, ${value}`;
}
