import { BusError } from '@trunkline/failures';

/** Creates the error of a request that would contain an invalid value of the client: 400 `BAD_REQUEST`. */
export function createBadRequest(title: string, cause?: unknown): BusError {
  return new BusError(title, { code: 'BAD_REQUEST', kind: 'malformed', ...(cause !== undefined && { cause }) });
}
