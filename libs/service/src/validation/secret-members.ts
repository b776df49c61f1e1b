import { isObject } from '@trunkline/failures';
import type { ShapeDeclaration } from '../declaration/declaration';
import { findSecretNames } from '../declaration/secret';
import type * as ClassInstance from './create-instance';

type Path = readonly PropertyKey[];

/** Deeper than any input that the bus accepts. */
const MAX_DEPTH = 1_000;

/** Finds the paths of a value's members that its declaration marks as secret. */
export function findSecretMembers(declared: ShapeDeclaration | undefined, value: unknown): readonly Path[] {
  if (declared === undefined || typeof declared === 'string' || !isObject(value)) return [];
  if (isZodLike(declared)) return removeDuplicates(findInSchema(declared, value, []));
  if (typeof declared !== 'function') return [];
  // Loaded lazily: services that declare classes have loaded class-transformer already.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { createInstance }: typeof ClassInstance = require('./create-instance');
  const instance: unknown = createInstance(declared, value).instance;
  return isObject(instance) ? findInInstance(instance, []) : [];
}

function findInInstance(instance: Readonly<Record<string, unknown>>, path: Path): readonly Path[] {
  const prototype: unknown = Object.getPrototypeOf(instance);
  const secrets = new Set(typeof prototype === 'object' && prototype !== null ? findSecretNames(prototype) : []);
  return Object.entries(instance).flatMap(([name, member]) => {
    const memberPath = [...path, name];
    if (secrets.has(name)) return isPresent(member) ? [memberPath] : [];
    return isObject(member) && memberPath.length < MAX_DEPTH ? findInInstance(member, memberPath) : [];
  });
}

/** The common members of zod 4 schemas, from any copy of zod. */
interface ZodLike {
  readonly def: Readonly<Record<string, unknown>>;
  readonly meta: () => unknown;
}

/** Members of a definition whose schemas validate the same value. */
const WRAPPED_SCHEMA_KEYS = ['innerType', 'in', 'out', 'left', 'right'];
/** Members of a definition whose schemas validate every member. */
const MEMBER_SCHEMA_KEYS = ['element', 'valueType', 'rest', 'catchall'];

function findInSchema(schema: unknown, value: unknown, path: Path): readonly Path[] {
  if (!isZodLike(schema) || !isPresent(value) || path.length > MAX_DEPTH) return [];
  const meta = schema.meta();
  if (isObject(meta) && meta['secret'] === true) return [path];
  return [
    ...findInWrappedSchemas(schema.def, value, path),
    ...(isObject(value) ? findInMembers(schema.def, value, path) : []),
  ];
}

function findInWrappedSchemas(def: ZodLike['def'], value: unknown, path: Path): readonly Path[] {
  const { options, getter } = def;
  const lazy: unknown = typeof getter === 'function' && isObject(value) ? getter() : undefined;
  const schemas = [...WRAPPED_SCHEMA_KEYS.map((key) => def[key]), ...(Array.isArray(options) ? options : []), lazy];
  return schemas.flatMap((schema) => findInSchema(schema, value, path));
}

function findInMembers(def: ZodLike['def'], value: Readonly<Record<string, unknown>>, path: Path): readonly Path[] {
  const { shape, items } = def;
  return Object.entries(value).flatMap(([name, member]) => {
    const own = [shape, items].flatMap((known) => (isObject(known) && name in known ? [known[name]] : []));
    const schemas = own.length > 0 ? own : MEMBER_SCHEMA_KEYS.map((key) => def[key]);
    return schemas.flatMap((schema) => findInSchema(schema, member, [...path, name]));
  });
}

function removeDuplicates(paths: readonly Path[]): readonly Path[] {
  return [...new Map(paths.map((path) => [path.map(String).join('\n'), path])).values()];
}

function isZodLike(schema: unknown): schema is ZodLike {
  const hasMembers = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  return hasMembers && 'def' in schema && isObject(schema.def) && 'meta' in schema && typeof schema.meta === 'function';
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
