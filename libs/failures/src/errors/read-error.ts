import { isObject } from '../json/is-record';

/** Reads the `code` of an error of Node, a database or a connection; `''` if it has none. */
export function getErrorCode(error: unknown): string {
  return isObject(error) && typeof error['code'] === 'string' ? error['code'] : '';
}

/** Reads the message of a thrown value; `''` if it has none. */
export function getErrorMessage(error: unknown): string {
  return isObject(error) && typeof error['message'] === 'string' ? error['message'] : '';
}
