import { readMessage } from './content/plain-error';

/** The error file of the logger cannot be opened. Thrown when the logger is created. */
export class LogFileError extends Error {
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(`the log file ${path} cannot be opened for appending: ${readMessage(cause)}`, { cause });
    this.name = 'LogFileError';
  }
}
