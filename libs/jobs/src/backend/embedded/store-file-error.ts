import { getErrorCode, getErrorMessage } from '@trunkline/failures';

/** The system does not let the embedded store use one of its files: the disk is full, read-only, or does not answer. */
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

/** An error of the file system as a {@link StoreFileError}, any other one as it is. @param file - where the error names none */
export function toStoreFileError(error: unknown, file: string): unknown {
  if (error instanceof StoreFileError || !/^E[A-Z]+$/.test(getErrorCode(error))) return error;
  return new StoreFileError(file, error);
}
