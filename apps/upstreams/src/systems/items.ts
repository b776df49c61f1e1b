/** A line of an order. */
export interface Item {
  readonly sku: string;
  readonly quantity: number;
}

/** Error message for a body without valid items ({@link isItems}). */
export const INVALID_ITEMS_MESSAGE = 'items must be a list of { sku, quantity } with at least one entry';

/** Whether a value is a list of items that can be ordered. */
export function isItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.length > 0 && value.every(isItem);
}

function isItem(value: unknown): value is Item {
  if (typeof value !== 'object' || value === null) return false;
  const { sku, quantity } = value as Partial<Record<keyof Item, unknown>>;
  return typeof sku === 'string' && typeof quantity === 'number' && quantity >= 1;
}
