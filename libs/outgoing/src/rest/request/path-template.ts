import { createBadRequest } from './bad-request';

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
const MAX_DECODINGS = 3;

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
const MAX_CACHED_TEMPLATES = 1_000;
const templateCache = new Map<string, PathTemplate>();

/** The template of a path, compiled when it is first seen. @throws as {@link PathTemplate} does */
export function getPathTemplate(text: string): PathTemplate {
  const known = templateCache.get(text);
  if (known) return known;
  const template = new PathTemplate(text);
  if (templateCache.size >= MAX_CACHED_TEMPLATES) templateCache.clear();
  templateCache.set(text, template);
  return template;
}

function assertPath(path: string): void {
  if (path !== '' && (!path.startsWith('/') || path.startsWith('//'))) {
    throw createBadRequest('the path of an outgoing call starts with one slash');
  }
  if (FORBIDDEN_IN_PATH.test(path)) {
    throw createBadRequest(
      'the path of an outgoing call has a query, fragment, backslash, brace, blank or control character in it',
    );
  }
  if (!isWellEncoded(path) || isPathTraversal(path)) {
    throw createBadRequest('the path of an outgoing call has a dot segment or a stray percent sign in it');
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
  const text = typeof value === 'string' ? value : formatPathValue(name, value);
  if (text === '') throw createBadRequest(`the path parameter ${name} is missing or empty`);
  if (isPathTraversal(text)) throw createBadRequest(`the path parameter ${name} is not acceptable`);
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw createBadRequest(`the path parameter ${name} is not well-formed text`, cause);
  }
}

function formatPathValue(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw createBadRequest(`the path parameter ${name} must be a text or a number`);
}

/** Could the text, decoded as often as an upstream may do it, lead out of where it stands? */
export function isPathTraversal(text: string): boolean {
  let current = text;
  for (let decodings = 0; decodings <= MAX_DECODINGS; decodings += 1) {
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
