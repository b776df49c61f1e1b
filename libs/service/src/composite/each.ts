import type { Branch, Need } from './branch';

/** How a list of calls is made. */
export interface EachOptions {
  /** Calls at once, at least 1; `Infinity` for all. Default 16: four composites at once fit into the bulkhead that a connection has. */
  readonly concurrency?: number;
  /**
   * How many must succeed for the composite to succeed, `3` or `'80%'`. A list that has fewer items makes the composite fail with 422.
   * Default: every one that is required.
   */
  readonly atLeast?: number | `${number}%`;
}

/** One call for each item of a list. Made by {@link each}. */
export interface Each<Value = unknown, N extends Need = Need, Fallback = unknown> {
  readonly branches: readonly Branch<Value, N, Fallback>[];
  /** `undefined`: it is not said. */
  readonly concurrency: number | undefined;
  /** Successes without which the composite fails; `undefined`: all required ones. */
  readonly atLeast: number | undefined;
}

/**
 * A branch for each item: `prices: each(skus, (sku) => required('price.get', { sku }), { concurrency: 5 })`. The value is a list in
 * the order of the items; an item without a value is `undefined` in it. Outcomes are those of `prices.0`, `prices.1` …
 *
 * @throws {RangeError} when `concurrency` or `atLeast` makes no sense
 */
export function each<Item, Value, N extends Need, Fallback>(
  items: readonly Item[],
  branchOf: (item: Item, index: number) => Branch<Value, N, Fallback>,
  { concurrency, atLeast }: EachOptions = {},
): Each<Value, N, Fallback> {
  if (concurrency !== undefined && !(concurrency >= 1))
    throw new RangeError(`concurrency is a number of at least 1, not ${concurrency}`);
  const branches = items.map(branchOf);
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
