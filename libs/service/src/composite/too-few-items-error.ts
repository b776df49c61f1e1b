import { BusError } from '@trunkline/failures';

/**
 * The failure of a list that has fewer items than have to succeed: 422 `UNPROCESSABLE`. It is no bug of the service, since lists come
 * from clients and other systems.
 *
 * @returns `undefined` for a list that is long enough
 */
export function createTooFewItemsError(key: string, length: number, atLeast: number | undefined): BusError | undefined {
  if (atLeast === undefined || length >= atLeast) return undefined;
  return new BusError('Too few items', {
    code: 'UNPROCESSABLE',
    kind: 'domain',
    status: 422,
    detail: `at least ${atLeast} of ${key} must succeed, and there ${length === 1 ? 'is' : 'are'} ${length}`,
  });
}
