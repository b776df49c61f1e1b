import { BusError } from '@trunkline/failures';

/** What a client gave cannot be put into a request: 400 `BAD_REQUEST`. */
export function createBadRequest(title: string, cause?: unknown): BusError {
  return new BusError(title, { code: 'BAD_REQUEST', kind: 'malformed', ...(cause !== undefined && { cause }) });
}
