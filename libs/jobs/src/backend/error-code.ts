/** The `code` of an error of Node's, a database's or a connection's; `''` where there is none. */
export function getErrorCode(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded && typeof error.code === 'string' ? error.code : '';
}

/** What an error says; `''` where that is nothing. */
export function getErrorMessage(error: unknown): string {
  const isTelling = typeof error === 'object' && error !== null && 'message' in error;
  return isTelling && typeof error.message === 'string' ? error.message : '';
}
