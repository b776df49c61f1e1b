import { isRecord } from '@trunkline/failures';
import { isErrorLike } from './plain-error';
import { toPlainValue } from './plain-value';

/** Converts the fields of a log line. Fields that are only texts and numbers, as most are, are returned unchanged. */
export function toPlainFields(fields: object): Record<string, unknown> {
  if (isPlainScalars(fields)) return fields;
  const plain = toPlainValue(fields);
  return isRecord(plain) && !isError(fields) ? plain : { err: plain };
}

function isPlainScalars(fields: object): fields is Record<string, unknown> {
  try {
    return Object.getPrototypeOf(fields) === Object.prototype && Object.values(fields).every(isScalar);
  } catch {
    return false;
  }
}

function isError(fields: object): boolean {
  try {
    return isErrorLike(fields);
  } catch {
    return false;
  }
}

function isScalar(value: unknown): boolean {
  return value === null || !['object', 'function', 'bigint', 'symbol'].includes(typeof value);
}
