import type { Branch, Need } from './branch';

/** Options of {@link each}. */
export interface EachOptions {
  /**
   * Maximum number of calls at once, at least 1; `Infinity` for all. Default 16, so that four composites fit into the default
   * bulkhead of a connection.
   */
  readonly concurrency?: number;
  /**
   * Number of items that must succeed for the composite to succeed, `3` or `'80%'`. A list with fewer items makes the composite fail
   * with 422. Default: every required item.
   */
  readonly atLeast?: number | `${number}%`;
}

/** One call for each item of a list. Created by {@link each}. */
export interface Each<Value = unknown, N extends Need = Need, Fallback = unknown> {
  readonly branches: readonly Branch<Value, N, Fallback>[];
  /** `undefined`: the default. */
  readonly concurrency: number | undefined;
  /** Number of items that must succeed; `undefined`: every required item. */
  readonly atLeast: number | undefined;
}

/**
 * Creates a branch for each item of a list: `prices: each(skus, (sku) => required('price.get', { sku }), { concurrency: 5 })`.
 *
 * The value is a list in the order of the items; an item without a value is `undefined` in it. Outcomes are recorded as `prices.0`,
 * `prices.1` …
 *
 * @throws {RangeError} when `concurrency` or `atLeast` is out of range
 */
export function each<Item, Value, N extends Need, Fallback>(
  items: readonly Item[],
  createBranch: (item: Item, index: number) => Branch<Value, N, Fallback>,
  { concurrency, atLeast }: EachOptions = {},
): Each<Value, N, Fallback> {
  if (concurrency !== undefined && !(concurrency >= 1))
    throw new RangeError(`concurrency is a number of at least 1, not ${concurrency}`);
  const branches = items.map(createBranch);
  return { branches, concurrency, atLeast: atLeast === undefined ? undefined : parseAtLeast(atLeast, items.length) };
}

function parseAtLeast(atLeast: number | string, length: number): number {
  const share = typeof atLeast === 'number' ? undefined : Number.parseFloat(atLeast) / 100;
  const count = share === undefined ? Number(atLeast) : Math.ceil(share * length);
  if (Number.isInteger(count) && count >= 0 && isRatio(share ?? 0)) return count;
  throw new RangeError(`atLeast is a whole number or a share from '0%' to '100%', not ${atLeast}`);
}

function isRatio(share: number): boolean {
  return share >= 0 && share <= 1;
}
