// The decorators of class-transformer need it as soon as a service is written, before its class is read here.
import 'reflect-metadata';
import type { ShapeDeclaration } from '../declaration/declaration';
import { ValidationFailedError } from '@trunkline/failures';
import { isPromise } from '../invocation/promises';
import type { ShapeValidator } from './shape-validator';
import type * as ClassCheck from './decorated-class-validator';
import { createNamesInputValidator, createNamesOutputValidator } from './member-names';
import { createSchemaValidator, type StandardSchema } from './standard-schema';
import { findLostDigits } from './coercion';

/**
 * Compiles what a service takes into a check, once per service.
 *
 * @throws {TypeError} when it is none of the three notations
 */
export function compileInputValidator(declared: ShapeDeclaration): ShapeValidator {
  const check = compileValidator(declared, createNamesInputValidator, (shape) =>
    loadClassValidators().createClassInputValidator(shape),
  );
  // Names are texts.
  if (typeof declared === 'string' || Array.isArray(declared)) return check;
  return (value, texts) => {
    const checked = check(value, texts);
    if (texts.length === 0) return checked;
    return isPromise(checked)
      ? checked.then((settled) => assertDigitsKept(value, texts, settled))
      : assertDigitsKept(value, texts, checked);
  };
}

/** @throws {ValidationFailedError} where the digits of a text were lost by what the declaration made of it */
function assertDigitsKept(value: unknown, texts: readonly string[], checked: unknown): unknown {
  const lost = findLostDigits(value, texts, checked);
  if (lost.length > 0) throw new ValidationFailedError(lost);
  return checked;
}

/** Compiles what a service gives. @throws {TypeError} when it is none of the three notations */
export function compileOutputValidator(declared: ShapeDeclaration): ShapeValidator {
  return compileValidator(declared, createNamesOutputValidator, (shape) =>
    loadClassValidators().createClassOutputValidator(shape),
  );
}

function compileValidator(
  declared: ShapeDeclaration,
  ofNames: (declared: string | readonly string[]) => ShapeValidator,
  ofClass: (declared: new () => object) => ShapeValidator,
): ShapeValidator {
  if (typeof declared === 'string' || Array.isArray(declared)) return ofNames(declared);
  // arktype's schemas are functions, too: the standard's property tells them from classes.
  if (isStandardSchema(declared)) return createSchemaValidator(declared);
  if (typeof declared === 'function') return ofClass(declared);
  throw new TypeError(
    `an input or output is a name, a list of names, a class with class-validator decorators or a Standard Schema, not ${typeof declared}`,
  );
}

/** Loaded by the first service that declares a class: class-validator is 350 modules, which no other bus is to pay for. */
function loadClassValidators(): typeof ClassCheck {
  // oxlint-disable-next-line typescript/no-require-imports, typescript/no-unsafe-type-assertion -- see above
  return require('./decorated-class-validator') as typeof ClassCheck;
}

/** Is it a Standard Schema, whoever made it? */
export function isStandardSchema(declared: unknown): declared is StandardSchema {
  const isObject = (typeof declared === 'object' && declared !== null) || typeof declared === 'function';
  return isObject && '~standard' in declared;
}
