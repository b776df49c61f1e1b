import { types } from 'node:util';
import { getServiceChain } from '@trunkline/failures';

const MAX_ERRORS = 10;

/** Errors of any realm and of any library, whatever their class. */
export function isErrorLike(value: object): boolean {
  return (
    value instanceof Error ||
    types.isNativeError(value) ||
    ('isAxiosError' in value && value.isAxiosError === true) ||
    ('stack' in value && typeof value.stack === 'string' && 'message' in value && typeof value.message === 'string')
  );
}

/**
 * An error as a log line has it: type, message, code, kind, the services it came through, stack, cause and the errors it holds.
 * Nothing else of it: libraries hang requests, credentials and bodies on their errors.
 *
 * @param plain - makes the cause and the errors inside fit for a log line
 */
export function toPlainError(error: object, plain: (value: unknown) => unknown): Record<string, unknown> {
  const services = getServiceChain(error);
  const errors = readMember(error, 'errors');
  return {
    type: readType(error),
    message: readText(error, 'message'),
    code: readText(error, 'code'),
    kind: readText(error, 'kind'),
    ...(services.length > 0 && { services }),
    stack: readText(error, 'stack'),
    cause: plain(readMember(error, 'cause')),
    ...(Array.isArray(errors) && { errors: plain(errors.slice(0, MAX_ERRORS)) }),
  };
}

/** The messages of the causes behind an error, from the outside in; no more than a reader follows. */
export function listCauses(error: Error): readonly string[] {
  const messages: string[] = [];
  let { cause } = error;
  while (cause !== undefined && cause !== null && messages.length < MAX_ERRORS) {
    messages.push(readMessage(cause));
    cause = typeof cause === 'object' ? readMember(cause, 'cause') : undefined;
  }
  return messages;
}

/** What a cause says: its message, else what it is. */
export function readMessage(cause: unknown): string {
  if (typeof cause === 'string') return cause;
  return typeof cause === 'object' && cause !== null ? readText(cause, 'message') || readType(cause) : typeof cause;
}

/** The name an error was given, else the name of its class. */
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

/** A getter may throw; the rest of the error is worth having. */
function readMember(error: object, name: string): unknown {
  try {
    return Reflect.get(error, name);
  } catch {
    return undefined;
  }
}
