import type { ShapeDeclaration } from '../declaration';
import type { Check } from './check';
import { checkOfInputClass, checkOfOutputClass } from './class-check';
import { checkOfNames, pickOfNames } from './named-strings';
import { checkOfSchema, type StandardSchema } from './standard-schema';

/**
 * Compiles what a service takes into a check, once per service.
 *
 * @throws {TypeError} when it is none of the three notations
 */
export function compileInput(declared: ShapeDeclaration): Check {
  return compile(declared, checkOfNames, checkOfInputClass);
}

/** Compiles what a service gives. @throws {TypeError} when it is none of the three notations */
export function compileOutput(declared: ShapeDeclaration): Check {
  return compile(declared, pickOfNames, checkOfOutputClass);
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

/** Is it a Standard Schema, whoever made it? */
export function isSchema(declared: unknown): declared is StandardSchema {
  const isObject = (typeof declared === 'object' && declared !== null) || typeof declared === 'function';
  return isObject && '~standard' in declared;
}
