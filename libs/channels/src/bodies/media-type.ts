/** A parsed `Content-Type`. */
export interface MediaType {
  /** Type and subtype in lower case, such as `text/plain`. */
  readonly essence: string;
  /** In lower case; `undefined` when the client declares none. */
  readonly charset: string | undefined;
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)"?/i;
/** UTF-8, and US-ASCII as a subset of it. */
const UTF8_CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** Parses the value of `Content-Type` (RFC 9110 §8.3.1). */
export function parseMediaType(contentType: string): MediaType {
  const [essence = ''] = contentType.split(';', 1);
  return { essence: essence.trim().toLowerCase(), charset: CHARSET.exec(contentType)?.[1]?.toLowerCase() };
}

/** Whether text of the media type is UTF-8, the default of all formats. */
export function isUtf8Type({ charset }: MediaType): boolean {
  return charset === undefined || UTF8_CHARSETS.has(charset);
}
