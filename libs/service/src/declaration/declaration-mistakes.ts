import { formatSuggestion } from '@trunkline/config';
import { isRecord } from '@trunkline/failures';
import { toMs } from '@trunkline/time';
import type { ServiceConstructor } from './service-types';
import { findServiceDeclaration, type ServiceDeclaration } from './bus-service';
import { compileInputValidator } from '../validation/compile-validator';
import { isStandardSchema } from '../validation/standard-schema';
import { findPackageCopy, THIS_COPY } from '../package-copy';
import { Service } from '../service';

type Key = keyof ServiceDeclaration;

/** Finds the mistake in the value of a key. */
const KEY_CHECKS: Readonly<Record<Key, (value: unknown) => string | undefined>> = {
  name: () => undefined,
  description: (value) => (typeof value === 'string' ? undefined : `must be a string, not ${describeType(value)}`),
  timeout: (value) => catchMessage(() => toMs(toDuration(value))),
  input: findShapeMistake,
  output: findShapeMistake,
  errors: findErrorMistake,
};

/**
 * Finds mistakes in the declaration of a service that JavaScript and compilers without type checks accept.
 *
 * @returns one sentence for each
 */
export function findDeclarationMistakes(serviceClass: ServiceConstructor): readonly string[] {
  const declaration = findServiceDeclaration(serviceClass);
  if (!declaration) return [`${serviceClass.name} is not a service: declare it with @BusService({ name: … })`];
  const keys = Object.entries(declaration).flatMap(([key, value]) => findKeyMistake(key, value));
  return [...keys, ...findClassMistakes(serviceClass)];
}

function findKeyMistake(key: string, value: unknown): string[] {
  if (!isKey(key)) return [`unknown key ${key}${formatSuggestion(key, Object.keys(KEY_CHECKS))}`];
  const mistake = value === undefined ? undefined : KEY_CHECKS[key](value);
  return mistake === undefined ? [] : [`${key} ${mistake}`];
}

function isKey(key: string): key is Key {
  return Object.hasOwn(KEY_CHECKS, key);
}

function findClassMistakes(serviceClass: ServiceConstructor): string[] {
  const prototype: unknown = serviceClass.prototype;
  if (!(prototype instanceof Service)) return [explainForeignClass(serviceClass)];
  return typeof prototype.handle === 'function' || hasHandleField(serviceClass) ? [] : ['the class has no handle()'];
}

function explainForeignClass(serviceClass: ServiceConstructor): string {
  const copy = findPackageCopy(serviceClass);
  if (!copy) return 'the class does not extend Service';
  return `the class extends Service of another copy of trunkline, in ${copy.directory}; this bus runs the copy in ${THIS_COPY.directory}: install trunkline once, and keep it out of bundles`;
}

/** Finds `handle` as a field, which the prototype does not have: `handle = async () => …`. */
function hasHandleField(serviceClass: object): boolean {
  if (serviceClass === Service || typeof serviceClass !== 'function') return false;
  const parent: unknown = Object.getPrototypeOf(serviceClass);
  const isWritten = /\bhandle\b/.test(Function.prototype.toString.call(serviceClass));
  return isWritten || (typeof parent === 'function' && hasHandleField(parent));
}

/** Skips classes: compiling them twice takes too long, and registration reports their mistakes. */
function findShapeMistake(value: unknown): string | undefined {
  if (typeof value === 'function' || isStandardSchema(value)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the validator compiler checks it
  return catchMessage(() => compileInputValidator(value as string));
}

function findErrorMistake(value: unknown): string | undefined {
  if (!isRecord(value)) return `must be { CODE: { status, title } }, not ${describeType(value)}`;
  const wrong = Object.entries(value).find(([code, error]) => !isDeclaredError(code, error));
  return wrong && `has ${wrong[0]}: a code must be in upper snake case, with a status from 400 to 599 and a title`;
}

function isDeclaredError(code: string, error: unknown): boolean {
  if (!/^[A-Z][A-Z0-9_]*$/.test(code) || !isRecord(error)) return false;
  const { status, title } = error;
  return typeof title === 'string' && Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599;
}

function toDuration(value: unknown): string | number {
  return typeof value === 'number' ? value : String(value);
}

function catchMessage(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (thrown) {
    return `is invalid: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}

function describeType(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
