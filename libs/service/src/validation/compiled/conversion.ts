import { isPromise } from '../../invocation/promises';

/** The result for a value that only class-transformer can convert. */
export const UNSURE: unique symbol = Symbol('unsure');

/** Converts a value as class-transformer does, or returns {@link UNSURE}. */
export type Conversion = (value: unknown) => unknown;

/** An object and its members. */
export type Members = Record<string, unknown>;

/** Copies a value without a declared type deeply. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return convertItems(value, copyValue);
  if (isDate(value)) return new Date(value.valueOf());
  return isPlainObject(value) ? copyMembers(value) : UNSURE;
}

/** Finds the conversion to a built-in type, for example for `@Type(() => Number)`; `undefined` for other types. */
export function findConversion(type: unknown): Conversion | undefined {
  if (type === String) return createScalarConversion(String);
  if (type === Number) return createScalarConversion(Number);
  if (type === Boolean) return createScalarConversion(Boolean);
  return type === Date ? toDate : undefined;
}

/** Converts the items of an array. Holes are omitted, as by `forEach`. */
export function convertItems(items: readonly unknown[], convert: Conversion): unknown {
  if (Object.getPrototypeOf(items) !== Array.prototype) return UNSURE;
  const converted: unknown[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const item = convert(items[index]);
    if (item === UNSURE) return UNSURE;
    if (item !== undefined || index in items) converted.push(item);
  }
  return converted;
}

/** Whether a value is an object as JSON or an object literal creates it. */
export function isPlainObject(value: object): value is Members {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !isPromise(value);
}

function copyMembers(value: Members): unknown {
  const copy: Members = {};
  for (const key of Object.keys(value)) {
    const member = key in copy ? UNSURE : copyValue(value[key]);
    if (member === UNSURE) return UNSURE;
    copy[key] = member;
  }
  return copy;
}

function createScalarConversion(convert: (value: unknown) => unknown): Conversion {
  const conversion = (value: unknown): unknown => {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) return convertItems(value, conversion);
    return isScalar(value) ? convert(value) : UNSURE;
  };
  return conversion;
}

function toDate(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return convertItems(value, toDate);
  if (isDate(value)) return new Date(value.valueOf());
  if (typeof value === 'boolean') return new Date(Number(value));
  return typeof value === 'string' || typeof value === 'number' ? new Date(value) : UNSURE;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isDate(value: unknown): value is Date {
  return value instanceof Date && Object.getPrototypeOf(value) === Date.prototype;
}
