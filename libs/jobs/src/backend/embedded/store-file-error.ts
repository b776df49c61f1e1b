import { getErrorCode, getErrorMessage } from '@trunkline/failures';

/** The embedded store cannot use one of its files: the disk is full, read-only or broken. */
export class StoreFileError extends Error {
  override readonly name = 'StoreFileError';
  readonly code: string;

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    super(`the job store cannot use ${file}: ${getErrorMessage(cause)}`, { cause });
    this.code = getErrorCode(cause);
  }
}

/** Converts an error of the file system to a {@link StoreFileError}. Other errors are returned unchanged. */
export function toStoreFileError(error: unknown, file: string): unknown {
  if (error instanceof StoreFileError || !/^E[A-Z]+$/.test(getErrorCode(error))) return error;
  return new StoreFileError(file, error);
}
