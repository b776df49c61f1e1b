import type { ResponseHeaders } from './http-response';
import { UnreadableBodyError } from './unreadable-body-error';

const CHARSET = /;[\t ]*charset[\t ]*=[\t ]*["']?([^\s;"']*)/i;

/** Rejects bytes that are not UTF-8 instead of replacing them; ignores a byte order mark (RFC 8259 §8.1). */
const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

/** Labels that are decoded as UTF-8. A text that is declared as ASCII but has other bytes is usually UTF-8. */
const UTF8_LABELS: ReadonlySet<string> = new Set(['', 'utf-8', 'utf8', 'us-ascii', 'ascii']);

/** The characters 0x80 to 0x9f of Windows-1252 (Encoding Standard, "index windows-1252"). */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
const C1_CONTROLS = /[\x80-\x9f]/g;

/** Node decodes Windows-1252 as ISO 8859-1 in some versions, which has control characters there. */
function readWindows1252(control: string): string {
  return WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control;
}

/** Finds the charset in the `Content-Type` of a response, as it is written there. */
export function readCharsetParameter(headers: ResponseHeaders): string | undefined {
  return CHARSET.exec(String(headers['content-type']))?.[1];
}

/** Finds the charset of a text by the byte order mark of UTF-16; `undefined` where it has none. */
export function findBomCharset(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

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
    const text = decoder.decode(bytes);
    return decoder.encoding === 'windows-1252' ? text.replaceAll(C1_CONTROLS, readWindows1252) : text;
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
