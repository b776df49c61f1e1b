import { gunzip } from 'node:zlib';
import type { ResponseHeaders } from './http-response';
import { UnreadableBodyError } from './unreadable-body-error';

const GZIP_CODINGS: ReadonlySet<string> = new Set(['gzip', 'x-gzip']);

/** @throws {UnreadableBodyError} for a coding that no request accepts */
export function assertKnownCoding(headers: ResponseHeaders): void {
  const coding = readContentCoding(headers);
  if (coding !== 'identity' && !GZIP_CODINGS.has(coding))
    throw new UnreadableBodyError('has a content coding that was not requested');
}

/** Whether the body has to be decompressed. */
export function isCompressed(headers: ResponseHeaders): boolean {
  return GZIP_CODINGS.has(readContentCoding(headers));
}

function readContentCoding(headers: ResponseHeaders): string {
  return String(headers['content-encoding'] ?? 'identity').toLowerCase() || 'identity';
}

/**
 * Decompresses gzip up to a size, which bounds the cost of a decompression bomb (10 MB of zeros are 10 kB compressed).
 *
 * Rejects with an {@link UnreadableBodyError} when the bytes are not gzip or are incomplete, and with the error of Node when the result is
 * too large.
 */
export function decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: maxBytes }, (error, result) =>
      error ? reject(explainGunzip(error)) : resolve(result),
    );
  });
}

function explainGunzip(error: NodeJS.ErrnoException): Error {
  return error.code?.startsWith('Z_') === true
    ? new UnreadableBodyError('is not complete gzip', { cause: error })
    : error;
}
