import { createBadRequest } from './bad-request';
import { isPathTraversal } from './path-traversal';

/** A value of a placeholder. */
export type PathParameter = string | number | bigint | boolean;

const PLACEHOLDER = /\{([A-Za-z_][\w.-]*)\}/g;
/** Characters that a path must encode (RFC 3986 §3.3); percent signs of encoded characters stay. */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@%/]+/gu;
const FORBIDDEN_IN_PATH = /[?#{}\\\s\p{Cc}]/u;

/**
 * A path with `{placeholders}`, compiled once. Whatever the values are, the result stays below the path as it was written: a value is
 * encoded within its segment, and one that could leave the segment is rejected.
 *
 * Encoding alone is no protection: the WHATWG URL standard (§4.4) treats `%2e%2e` as a dot segment, too.
 */
export class PathTemplate {
  /** Names of the placeholders, in order. */
  readonly names: readonly string[];
  /** The text before, between and after the placeholders. */
  readonly #texts: readonly string[];

  /** @throws {BusError} 400 `BAD_REQUEST` when the text is not a path below a prefix: it may contain data of a client */
  constructor(text: string) {
    assertPath(text.replaceAll(PLACEHOLDER, 'x'));
    const parts = text.split(PLACEHOLDER);
    this.#texts = parts.filter((_, index) => index % 2 === 0).map(encodePath);
    this.names = parts.filter((_, index) => index % 2 === 1);
  }

  /**
   * @param parameters - values by name; other names are ignored
   * @throws {BusError} 400 `BAD_REQUEST` when a value is missing, empty, or could leave the path
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

/** Bounds the cache for programs that build paths from data of clients; others have few templates. */
const MAX_CACHED_TEMPLATES = 1_000;
const templateCache = new Map<string, PathTemplate>();

/** Gets the template of a path, compiled at its first use. @throws as {@link PathTemplate} does */
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
    throw createBadRequest('the path of an outgoing call must start with one slash');
  }
  if (FORBIDDEN_IN_PATH.test(path)) {
    throw createBadRequest(
      'the path of an outgoing call contains a query, fragment, backslash, brace, blank or control character',
    );
  }
  if (!isWellEncoded(path) || isPathTraversal(path)) {
    throw createBadRequest('the path of an outgoing call contains a dot segment or a stray percent sign');
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
  throw createBadRequest(`the path parameter ${name} must be a string or a number`);
}
