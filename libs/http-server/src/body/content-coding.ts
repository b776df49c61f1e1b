import { promisify } from 'node:util';
import zlib, { type InputType, type ZlibOptions } from 'node:zlib';
import { createFailure } from '@trunkline/failures';

/** Content codings of bodies that the bus decodes (RFC 9110 §8.4.1, RFC 7932). */
export const CONTENT_CODINGS = 'gzip, deflate, br';

type Decode = (body: InputType, options: ZlibOptions) => Promise<Buffer>;

const inflate = promisify<InputType, ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<InputType, ZlibOptions, Buffer>(zlib.inflateRaw);
const gunzip = promisify<InputType, ZlibOptions, Buffer>(zlib.gunzip);

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: (body, options) => (hasZlibHeader(body) ? inflate : inflateRaw)(body, options),
  br: promisify<InputType, ZlibOptions, Buffer>(zlib.brotliDecompress),
};

/** Text and data compress by less than a hundredth; a larger ratio is that of a decompression bomb. */
const MAX_RATIO = 100;
/** Small bodies may have any ratio: repeated text reaches a high one. */
const MIN_BOMB_BYTES = 65_536;

/** Whether the bus can read a body with this `Content-Encoding`; `identity` is no coding. */
export function isReadableCoding(contentEncoding: string | undefined): boolean {
  return contentEncoding === undefined || isIdentity(contentEncoding) || findDecoder(contentEncoding) !== undefined;
}

/** Whether a body must be decoded before it is parsed. */
export function isCoded(contentEncoding: string | undefined): contentEncoding is string {
  return contentEncoding !== undefined && !isIdentity(contentEncoding);
}

/**
 * Decodes a complete body, outside the event loop.
 *
 * @param maxBytes - maximum size of the decoded body
 * @throws {BusError} `CONTENT_TOO_LARGE` when it is larger, or much larger than the coded one; `MALFORMED_BODY` when it is incomplete or not
 * in the coding
 */
export async function decodeBody(body: Buffer, contentEncoding: string, maxBytes: number): Promise<Buffer> {
  const maxOutputLength = Math.min(maxBytes, Math.max(MIN_BOMB_BYTES, body.length * MAX_RATIO));
  try {
    return (await findDecoder(contentEncoding)?.(body, { maxOutputLength })) ?? body;
  } catch (thrown) {
    if (isTooLarge(thrown))
      throw createFailure('CONTENT_TOO_LARGE', {
        detail: `the decoded body has more than ${maxOutputLength} bytes`,
        cause: thrown,
      });
    const coding = contentEncoding.trim().toLowerCase();
    throw createFailure('MALFORMED_BODY', { detail: `the body is not complete ${coding}`, cause: thrown });
  }
}

function isIdentity(contentEncoding: string): boolean {
  return /^\s*identity\s*$/i.test(contentEncoding);
}

function findDecoder(contentEncoding: string): Decode | undefined {
  const name = contentEncoding.trim().toLowerCase();
  return Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
}

/** Clients send `deflate` with the header of zlib, as they should, or without (RFC 9110 §8.4.1.2). */
function hasZlibHeader(body: InputType): boolean {
  if (!Buffer.isBuffer(body) || body.length < 2) return false;
  return (body.readUInt8(0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}

function isTooLarge(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE';
}
