import { isObject, ValidationFailedError } from '@trunkline/failures';
import { isPromise } from '../invocation/promises';
import type { ShapeValidator } from './shape-validator';

/** Members that are removed from an input when its declaration does not have them: those with these names, or `all`, nested ones too. */
export type DroppableMembers = 'all' | readonly string[];

/** Rules whose violation is the presence of a member: of class-validator and declared names, and of zod. */
const UNKNOWN_MEMBER_RULES: ReadonlySet<string> = new Set(['whitelistValidation', 'unrecognized_keys']);

/**
 * Creates a validator that removes unknown members instead of rejecting them. It validates again without the members that a first validation
 * reported, so that a valid input costs nothing more.
 */
export function createDroppingValidator(validate: ShapeValidator, droppable: DroppableMembers): ShapeValidator {
  return (value, coercible) => {
    const retry = (thrown: unknown): unknown => {
      const rest = removeUnknownMembers(value, thrown, droppable);
      if (rest === value) throw thrown;
      return createDroppingValidator(validate, droppable)(rest, pickPresent(coercible, rest));
    };
    try {
      const checked = validate(value, coercible);
      return isPromise(checked) ? checked.then(undefined, retry) : checked;
    } catch (thrown) {
      return retry(thrown);
    }
  };
}

/**
 * Removes the members of an input that the validator reports as unknown, for an input that is stored and validated later.
 *
 * @returns the input without them; other violations are left to the later validation
 */
export async function dropUnknownMembers(
  validate: ShapeValidator,
  input: unknown,
  { coercible, droppable }: { readonly coercible: readonly string[]; readonly droppable: DroppableMembers },
): Promise<unknown> {
  try {
    await validate(input, coercible);
    return input;
  } catch (thrown) {
    const rest = removeUnknownMembers(input, thrown, droppable);
    if (rest === input) return input;
    return dropUnknownMembers(validate, rest, { coercible: pickPresent(coercible, rest), droppable });
  }
}

/** @returns the same value if the error reports no member that may be removed */
function removeUnknownMembers(value: unknown, thrown: unknown, droppable: DroppableMembers): unknown {
  if (!(thrown instanceof ValidationFailedError)) return value;
  return thrown.violations
    .filter(({ rule }) => UNKNOWN_MEMBER_RULES.has(rule))
    .map(({ pointer }) => parsePointer(pointer))
    .filter((path) => droppable === 'all' || (path.length === 1 && droppable.includes(path[0] ?? '')))
    .reduce(removeMember, value);
}

/** Copies the objects on the path, as the body itself belongs to the request. */
function removeMember(value: unknown, [name, ...below]: readonly string[]): unknown {
  if (name === undefined || !isObject(value) || !Object.hasOwn(value, name)) return value;
  const member: unknown = Reflect.get(value, name);
  const next = below.length === 0 ? undefined : removeMember(member, below);
  if (below.length > 0 && next === member) return value;
  if (Array.isArray(value)) return value.with(Number(name), next);
  const { [name]: _removed, ...rest } = value;
  return below.length === 0 ? rest : { ...value, [name]: next };
}

/** Parses a JSON Pointer in a URI fragment (RFC 6901 §6). */
function parsePointer(pointer: string): readonly string[] {
  const [, ...tokens] = pointer.split('/');
  return tokens.map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pickPresent(names: readonly string[], value: unknown): readonly string[] {
  return isObject(value) ? names.filter((name) => Object.hasOwn(value, name)) : names;
}
