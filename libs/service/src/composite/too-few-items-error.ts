import { BusError } from '@trunkline/failures';

/**
 * Creates the failure of a list that has fewer items than must succeed: 422 `UNPROCESSABLE`. It is not a bug of the service, because
 * lists come from clients and other systems.
 *
 * @returns `undefined` for a list that is long enough
 */
export function createTooFewItemsError(key: string, length: number, atLeast: number | undefined): BusError | undefined {
  if (atLeast === undefined || length >= atLeast) return undefined;
  return new BusError('Too few items', {
    code: 'UNPROCESSABLE',
    kind: 'domain',
    status: 422,
    detail: `${key} has ${length} ${length === 1 ? 'item' : 'items'}, and at least ${atLeast} must succeed`,
  });
}
