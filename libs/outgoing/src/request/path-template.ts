import { refusal } from './refusal';

/** What may fill a placeholder. */
export type PathParameter = string | number | bigint | boolean;

const PLACEHOLDER = /\{([A-Za-z_][\w.-]*)\}/g;
/** All that a path may hold as it is (RFC 3986 §3.3), and the percent signs of what has been encoded already. */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@%/]+/gu;
const FORBIDDEN_IN_PATH = /[?#{}\\\s\p{Cc}]/u;
const BACKSLASH_OR_CONTROL = /[\\\p{Cc}]/u;
/** A dot segment, also as servers see it that cut `;parameters` off a segment (Tomcat). */
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:;[^/]*)?(?:$|\/)/;
const ENCODED_ASCII = /%[0-7][\da-f]/gi;
/** Upstreams that decode what has been decoded already are common enough. Deeper encoded than this is refused. */
const MOST_DECODINGS = 3;

/**
 * A path with `{placeholders}`, compiled once. Whatever fills them, the result stays below the path as it was written: a value
 * is encoded within its segment, and one that could lead out of it is refused.
 *
 * Encoding alone is no protection: the WHATWG URL standard (§4.4) takes `%2e%2e` for a dot segment, too.
 */
export class PathTemplate {
  /** Names of the placeholders, in order. */
  readonly names: readonly string[];
  /** The text before, between and after the placeholders. */
  readonly #texts: readonly string[];

  /** @throws {BusError} 400 `BAD_REQUEST` when the text is not a path below a prefix: data of a client may have got into it */
  constructor(text: string) {
    assertPath(text.replaceAll(PLACEHOLDER, 'x'));
    const parts = text.split(PLACEHOLDER);
    this.#texts = parts.filter((_, index) => index % 2 === 0).map(encodePath);
    this.names = parts.filter((_, index) => index % 2 === 1);
  }

  /**
   * @param parameters - values by name; those of other names are ignored
   * @throws {BusError} 400 `BAD_REQUEST` when a value is missing, empty, or could lead out of the path
   */
  fill(parameters: Readonly<Record<string, unknown>> = {}): string {
    let path = this.#texts[0] ?? '';
    for (const [index, name] of this.names.entries()) {
      path += encodeParameter(name, Object.hasOwn(parameters, name) ? parameters[name] : undefined);
      path += this.#texts[index + 1] ?? '';
    }
    return path;
  }
}

/** A program has few templates, unless it makes paths of its clients' data: this bounds what is kept of those. */
const MOST_TEMPLATES = 1_000;
const templates = new Map<string, PathTemplate>();

/** The template of a path, compiled when it is first seen. @throws as {@link PathTemplate} does */
export function templateOf(text: string): PathTemplate {
  const known = templates.get(text);
  if (known) return known;
  const template = new PathTemplate(text);
  if (templates.size >= MOST_TEMPLATES) templates.clear();
  templates.set(text, template);
  return template;
}

function assertPath(path: string): void {
  if (path !== '' && (!path.startsWith('/') || path.startsWith('//'))) {
    throw refusal('the path of an outgoing call starts with one slash');
  }
  if (FORBIDDEN_IN_PATH.test(path)) {
    throw refusal(
      'the path of an outgoing call has a query, fragment, backslash, brace, blank or control character in it',
    );
  }
  if (!isWellEncoded(path) || leadsOut(path)) {
    throw refusal('the path of an outgoing call has a dot segment or a stray percent sign in it');
  }
}

function isWellEncoded(path: string): boolean {
  try {
    encodeURIComponent(decodeURIComponent(path));
    return true;
  } catch {
    return false;
  }
}

function encodePath(text: string): string {
  return text.replace(NOT_IN_PATH, encodeURIComponent);
}

function encodeParameter(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : scalarText(name, value);
  if (text === '') throw refusal(`the path parameter ${name} is missing or empty`);
  if (leadsOut(text)) throw refusal(`the path parameter ${name} is not acceptable`);
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw refusal(`the path parameter ${name} is not well-formed text`, cause);
  }
}

function scalarText(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw refusal(`the path parameter ${name} must be a text or a number`);
}

/** Could the text, decoded as often as an upstream may do it, lead out of where it stands? */
export function leadsOut(text: string): boolean {
  let current = text;
  for (let decodings = 0; decodings <= MOST_DECODINGS; decodings += 1) {
    if (BACKSLASH_OR_CONTROL.test(current) || DOT_SEGMENT.test(current)) return true;
    const decoded = current.includes('%') ? decodeAscii(current) : current;
    if (decoded === current) return false;
    current = decoded;
  }
  return true;
}

/** Lenient, as the servers are that one has to fear: what is not well encoded stays as it is, the rest is decoded. */
function decodeAscii(text: string): string {
  return text.replace(ENCODED_ASCII, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)));
}
