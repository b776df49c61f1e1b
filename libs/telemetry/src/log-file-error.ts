import { readMessage } from './content/plain-error';

/** The file that was to receive warnings and errors cannot be opened for writing. Thrown when the logger is made. */
export class LogFileError extends Error {
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(`the log file ${path} cannot be opened for appending: ${readMessage(cause)}`, { cause });
    this.name = 'LogFileError';
  }
}
