// The decorators of class-transformer need it when a service class is defined, before it is compiled here.
import 'reflect-metadata';
import type { ShapeDeclaration } from '../declaration/declaration';
import { ValidationFailedError } from '@trunkline/failures';
import { isPromise } from '../invocation/promises';
import type { ShapeValidator } from './shape-validator';
import type * as ClassValidators from './decorated-class-validator';
import { createNamesInputValidator, createNamesOutputValidator } from './member-names';
import { isStandardSchema } from './standard-schema';
import { createSchemaValidator } from './standard-schema-validator';
import { findLostDigits } from './coercion';
import { createNestedTextConverter } from './nested-texts';

/**
 * Compiles the declared input of a service, once per service.
 *
 * @throws {TypeError} when the declaration has none of the three notations
 */
export function compileInputValidator(declared: ShapeDeclaration): ShapeValidator {
  const validate = compileValidator(declared, createNamesInputValidator, (shape) =>
    loadClassValidators().createClassInputValidator(shape),
  );
  // Declared names are strings: there is nothing to coerce.
  if (typeof declared === 'string' || Array.isArray(declared)) return validate;
  const convertNestedTexts = createNestedTextConverter(declared);
  return (value, coercible) => {
    if (coercible.length === 0) return validate(value, coercible);
    const checked = validate(convertNestedTexts(value, coercible), coercible);
    return isPromise(checked)
      ? checked.then((settled) => assertDigitsKept(value, coercible, settled))
      : assertDigitsKept(value, coercible, checked);
  };
}

/** @throws {ValidationFailedError} when the declaration's conversion lost digits of a text */
function assertDigitsKept(value: unknown, coercible: readonly string[], checked: unknown): unknown {
  const lost = findLostDigits(value, coercible, checked);
  if (lost.length > 0) throw new ValidationFailedError(lost);
  return checked;
}

/**
 * Compiles the declared output of a service, once per service.
 *
 * @throws {TypeError} when the declaration has none of the three notations
 */
export function compileOutputValidator(declared: ShapeDeclaration): ShapeValidator {
  return compileValidator(declared, createNamesOutputValidator, (shape) =>
    loadClassValidators().createClassOutputValidator(shape),
  );
}

function compileValidator(
  declared: ShapeDeclaration,
  compileNames: (declared: string | readonly string[]) => ShapeValidator,
  compileClass: (declared: new () => object) => ShapeValidator,
): ShapeValidator {
  if (typeof declared === 'string' || Array.isArray(declared)) return compileNames(declared);
  // Schemas of arktype are functions, like classes: the standard's property distinguishes them.
  if (isStandardSchema(declared)) return createSchemaValidator(declared);
  if (typeof declared === 'function') return compileClass(declared);
  throw new TypeError(
    `an input or output is a name, a list of names, a class with class-validator decorators or a Standard Schema, not ${typeof declared}`,
  );
}

/** Loads class-validator for the first service that declares a class: it is large, and other buses do not need it. */
function loadClassValidators(): typeof ClassValidators {
  // oxlint-disable-next-line typescript/no-require-imports, typescript/no-unsafe-type-assertion -- see above
  return require('./decorated-class-validator') as typeof ClassValidators;
}
