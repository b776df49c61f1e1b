import { types } from 'node:util';
import { getServiceChain } from '@trunkline/failures';

const MAX_ERRORS = 10;

/** Recognizes errors of any realm, library and class. */
export function isErrorLike(value: object): boolean {
  return (
    value instanceof Error ||
    types.isNativeError(value) ||
    ('isAxiosError' in value && value.isAxiosError === true) ||
    ('stack' in value && typeof value.stack === 'string' && 'message' in value && typeof value.message === 'string')
  );
}

/**
 * Converts an error for a log line: type, message, code, kind, the services it passed through, stack, cause and contained errors. All other
 * members are omitted, since libraries attach requests, credentials and bodies to their errors.
 *
 * @param toPlain - converts the cause and contained errors
 */
export function toPlainError(error: object, toPlain: (value: unknown) => unknown): Record<string, unknown> {
  const services = getServiceChain(error);
  const errors = readMember(error, 'errors');
  return {
    type: readType(error),
    message: readText(error, 'message'),
    code: readText(error, 'code'),
    kind: readText(error, 'kind'),
    ...(services.length > 0 && { services }),
    stack: readText(error, 'stack'),
    cause: toPlain(readMember(error, 'cause')),
    ...(Array.isArray(errors) && { errors: toPlain(errors.slice(0, MAX_ERRORS)) }),
  };
}

/** Lists the messages of the causes of an error, the direct cause first; limited in number. */
export function listCauses(error: Error): readonly string[] {
  const messages: string[] = [];
  let { cause } = error;
  while (cause !== undefined && cause !== null && messages.length < MAX_ERRORS) {
    messages.push(readMessage(cause));
    cause = typeof cause === 'object' ? readMember(cause, 'cause') : undefined;
  }
  return messages;
}

/** Reads the message of a cause, or its text or type. */
export function readMessage(cause: unknown): string {
  if (typeof cause === 'string') return cause;
  return typeof cause === 'object' && cause !== null ? readText(cause, 'message') || readType(cause) : typeof cause;
}

/** Reads the name of an error, or the name of its class. */
function readType(error: object): string {
  const name = readText(error, 'name');
  if (name !== undefined && name !== 'Error') return name;
  const constructor = readMember(error, 'constructor');
  return typeof constructor === 'function' ? constructor.name : 'unknown';
}

function readText(error: object, name: string): string | undefined {
  const value = readMember(error, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** A getter may throw, which must not hide the rest of the error. */
function readMember(error: object, name: string): unknown {
  try {
    return Reflect.get(error, name);
  } catch {
    return undefined;
  }
}
