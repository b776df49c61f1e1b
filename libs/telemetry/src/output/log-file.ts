import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { LogFileError } from '../log-file-error';

/**
 * Opens a file for appending, and creates missing directories. It is opened at start, not at the first line, so that the start reports an
 * unwritable file.
 *
 * @returns the file descriptor
 * @throws {LogFileError}
 */
export function openLogFile(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a', 0o640);
  } catch (cause) {
    throw new LogFileError(path, cause);
  }
}
