// The decorators of class-transformer need it as soon as a service is written, before its class is read here.
import 'reflect-metadata';
import type { ShapeDeclaration } from '../declaration';
import { ValidationFailedError } from '@trunkline/failures';
import { isPromise } from '../promises';
import type { Check } from './check';
import type * as ClassCheck from './class-check';
import { checkOfNames, pickOfNames } from './named-strings';
import { checkOfSchema, type StandardSchema } from './standard-schema';
import { findLostDigits } from './texts';

/**
 * Compiles what a service takes into a check, once per service.
 *
 * @throws {TypeError} when it is none of the three notations
 */
export function compileInput(declared: ShapeDeclaration): Check {
  const check = compile(declared, checkOfNames, (shape) => classCheck().checkOfInputClass(shape));
  // Names are texts.
  if (typeof declared === 'string' || Array.isArray(declared)) return check;
  return (value, texts) => {
    const checked = check(value, texts);
    if (texts.length === 0) return checked;
    return isPromise(checked)
      ? checked.then((settled) => keepDigits(value, texts, settled))
      : keepDigits(value, texts, checked);
  };
}

/** @throws {ValidationFailedError} where the digits of a text were lost by what the declaration made of it */
function keepDigits(value: unknown, texts: readonly string[], checked: unknown): unknown {
  const lost = findLostDigits(value, texts, checked);
  if (lost.length > 0) throw new ValidationFailedError(lost);
  return checked;
}

/** Compiles what a service gives. @throws {TypeError} when it is none of the three notations */
export function compileOutput(declared: ShapeDeclaration): Check {
  return compile(declared, pickOfNames, (shape) => classCheck().checkOfOutputClass(shape));
}

function compile(
  declared: ShapeDeclaration,
  ofNames: (declared: string | readonly string[]) => Check,
  ofClass: (declared: new () => object) => Check,
): Check {
  if (typeof declared === 'string' || Array.isArray(declared)) return ofNames(declared);
  // arktype's schemas are functions, too: the standard's property tells them from classes.
  if (isSchema(declared)) return checkOfSchema(declared);
  if (typeof declared === 'function') return ofClass(declared);
  throw new TypeError(
    `an input or output is a name, a list of names, a class with class-validator decorators or a Standard Schema, not ${typeof declared}`,
  );
}

/** Loaded by the first service that declares a class: class-validator is 350 modules, which no other bus is to pay for. */
function classCheck(): typeof ClassCheck {
  // oxlint-disable-next-line typescript/no-require-imports, typescript/no-unsafe-type-assertion -- see above
  return require('./class-check') as typeof ClassCheck;
}

/** Is it a Standard Schema, whoever made it? */
export function isSchema(declared: unknown): declared is StandardSchema {
  const isObject = (typeof declared === 'object' && declared !== null) || typeof declared === 'function';
  return isObject && '~standard' in declared;
}
