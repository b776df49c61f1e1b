import { ValidationFailedError, violationAt } from '@trunkline/failures';
import { plainToInstance } from 'class-transformer';

/**
 * What class-transformer makes of a value. It takes a member called constructor for the class of its object, and falls over what
 * is none.
 *
 * @throws {ValidationFailedError} naming that member
 */
export function instanceOf(declared: new () => object, value: object): object {
  try {
    return plainToInstance(declared, value);
  } catch (thrown) {
    const path = pathOfConstructor(value, []);
    if (path === undefined) throw thrown;
    throw new ValidationFailedError([violationAt(path, 'constructor is not known here', 'whitelistValidation')]);
  }
}

function pathOfConstructor(value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, 'constructor') && path.length > 0) return [...path, 'constructor'];
  for (const [name, member] of Object.entries(value)) {
    const found = pathOfConstructor(member, [...path, name]);
    if (found) return found;
  }
  return undefined;
}
