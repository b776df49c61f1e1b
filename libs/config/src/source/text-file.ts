import { readFileSync, statSync } from 'node:fs';
import { getErrorCode } from '@trunkline/failures';

/** Maximum file size, so that a wrong path cannot exhaust the memory. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The text of a file, or the reason why it cannot be read, as the end of a message. */
type FileText = { readonly text: string } | { readonly reason: string };

/** Reads a regular file of UTF-8 text, of at most 1 MiB. A byte order mark is removed. */
export function readTextFile(path: string): FileText {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { reason: 'it is not a file' };
    if (stat.size > MAX_FILE_BYTES) return { reason: 'it is larger than 1MiB' };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    return { reason: describeReadError(error) };
  }
}

/** Describes why a file or directory could not be read, from the error of `node:fs`. */
export function describeReadError(error: unknown): string {
  const code = getErrorCode(error);
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'ENOTDIR') return 'it is not a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'this process lacks the permission to read it';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8 text';
  return `it cannot be read (${code})`;
}
