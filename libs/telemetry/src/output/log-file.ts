import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { LogFileError } from '../log-file-error';

/**
 * Opens a file for appending, and makes the directories on the way. Now and not at the first line: a file that cannot be written
 * is found out when the bus starts.
 *
 * @returns its descriptor
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
