import { UnreadableBodyError } from './unreadable-body-error';

/** Rejects bytes that are not UTF-8 instead of replacing them; ignores a byte order mark (RFC 8259 §8.1). */
const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

/** Labels that are decoded as UTF-8. A text that is declared as ASCII but has other bytes is usually UTF-8. */
const UTF8_LABELS: ReadonlySet<string> = new Set(['', 'utf-8', 'utf8', 'us-ascii', 'ascii']);

/** Reads the charset that a response declares, in lower case; `undefined` where its text is UTF-8. */
export function readCharset(declared: string | undefined): string | undefined {
  const charset = declared?.toLowerCase();
  return charset === undefined || UTF8_LABELS.has(charset) ? undefined : charset;
}

/**
 * Decodes a text, without its byte order mark.
 *
 * @param charset - a label of the Encoding Standard, such as `iso-8859-1`; default UTF-8
 * @throws {UnreadableBodyError} when the bytes are not in that charset, or it is unknown
 */
export function decodeText(bytes: Uint8Array, charset?: string): string {
  const decoder = charset === undefined ? utf8Decoder : createDecoder(bytes, charset);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new UnreadableBodyError(charset === undefined ? 'is not UTF-8' : 'is not in the charset that it declares');
  }
}

/** A byte order mark is more reliable than a label (Encoding Standard §6, "decode"): `utf-16` alone defines no byte order. */
function createDecoder(bytes: Uint8Array, charset: string): typeof utf8Decoder {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return utf8Decoder;
  const label = bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : charset;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    throw new UnreadableBodyError('declares a charset that is not supported');
  }
}
