import { getMetadataStorage } from 'class-validator';
import { CompiledClass, type CompiledMember, type UndeclaredPolicy } from './compiled-class';
import { type Conversion, copyValue, findConversion, type Members, UNSURE } from './conversion';
import type { RuleMetadata } from '../rule-metadata';
import { compileMemberRules, type MemberRules } from './member-rules';
import { hasClassTransformations, isTransformed, findMemberType, type MemberType } from './member-type';

/** Returns the instance that class-transformer would create and class-validator would accept; `undefined` if they must decide. */
export type CompiledValidator = (value: object) => object | undefined;

/**
 * Compiles the decorators of a class, and of the classes it nests, into a validator. It calls the validators that class-validator has
 * stored, and accepts no value that class-validator would reject: in doubt, class-validator decides.
 *
 * @returns `undefined` for decorators that cannot be compiled: `@Transform`, `@Expose`, `@Exclude`, discriminators, types that depend
 * on the value, promises, asynchronous validators, and validators that are classes
 */
export function compileClass(declared: new () => object, undeclared: UndeclaredPolicy): CompiledValidator | undefined {
  const compilation: Compilation = { undeclared, known: new Map(), isAsynchronous: false };
  const root = findOrCompile(declared, compilation);
  if (root === undefined) return undefined;
  return (value) => {
    // Set when a validator has returned its first promise. From then on only class-validator calls it.
    if (compilation.isAsynchronous) return undefined;
    const instance = root.convert(value);
    return typeof instance === 'object' && instance !== null && root.accepts(instance) ? instance : undefined;
  };
}

/** A class and the classes it nests, possibly itself. */
interface Compilation {
  readonly undeclared: UndeclaredPolicy;
  readonly known: Map<unknown, CompiledClass>;
  isAsynchronous: boolean;
}

/** Base classes that class-transformer treats specially. */
const SPECIAL_BASE_CLASSES: readonly (new () => object)[] = [Array, Set, Map, Date, Uint8Array];

function findOrCompile(declared: new () => object, compilation: Compilation): CompiledClass | undefined {
  const inProgress = compilation.known.get(declared);
  if (inProgress) return inProgress;
  if (
    hasClassTransformations(declared) ||
    SPECIAL_BASE_CLASSES.some((special) => declared.prototype instanceof special)
  )
    return undefined;
  const isNamed = (name: string) => isTransformed(declared, name) || findMemberType(declared, name) !== undefined;
  const compiled = new CompiledClass(declared, (name) => compilation.undeclared === 'strip' && !isNamed(name));
  compilation.known.set(declared, compiled);
  const rules = getMetadataStorage().getTargetValidationMetadatas(declared, '', false, false);
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  for (const name of names) {
    const all = rules.filter(({ propertyName }) => propertyName === name);
    const member = compileMember({ declared, name, all }, compilation);
    if (member === undefined) return undefined;
    compiled.add(member);
  }
  return names.size === 0 ? undefined : compiled;
}

interface DecoratedMember {
  readonly declared: new () => object;
  readonly name: string;
  readonly all: readonly RuleMetadata[];
}

function compileMember({ declared, name, all }: DecoratedMember, compilation: Compilation): CompiledMember | undefined {
  // class-transformer does not overwrite methods and accessors. class-validator ignores symbols, despite its typings.
  if (typeof name !== 'string' || name in declared.prototype || isTransformed(declared, name)) return undefined;
  const rules = compileMemberRules(all, {
    targetName: declared.name,
    onPromise: (promise) => {
      compilation.isAsynchronous = true;
      // Its result is not used here, and its rejection must not be unhandled.
      promise.then(undefined, () => undefined);
    },
  });
  const shape = compileShape(findMemberType(declared, name), compilation);
  if (rules === undefined || shape === undefined) return undefined;
  const areMembersPicked = rules.isAlwaysChecked || compilation.undeclared === 'reject';
  // Members of objects that are not validated are kept, declared or not.
  if (shape.isClass && !(rules.isNested && areMembersPicked)) return undefined;
  return { name, convert: shape.convert, accepts: compileAcceptance(rules, shape) };
}

/** How class-transformer converts the values of a member. */
interface MemberShape {
  readonly convert: Conversion;
  readonly acceptsNested: (value: unknown) => boolean;
  readonly isClass: boolean;
}

/** Plain objects have no rules, and are rejected where nested validation is declared. */
const acceptsNoObject = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every(acceptsNoObject));

function compileShape(typed: MemberType | 'unsure' | undefined, compilation: Compilation): MemberShape | undefined {
  if (typed === 'unsure') return undefined;
  if (typed === undefined) return { convert: copyValue, acceptsNested: acceptsNoObject, isClass: false };
  const builtIn = findConversion(typed.type);
  const convertList = typed.listsArePlain ? undefined : excludeLists;
  if (builtIn) return { convert: convertList?.(builtIn) ?? builtIn, acceptsNested: acceptsNoObject, isClass: false };
  const nested = findOrCompile(typed.type, compilation);
  if (nested === undefined) return undefined;
  return {
    convert: convertList?.(nested.convert) ?? nested.convert,
    acceptsNested: nested.acceptsNested,
    isClass: true,
  };
}

function excludeLists(convert: Conversion): Conversion {
  return (value) => (Array.isArray(value) ? UNSURE : convert(value));
}

/** Composes the rules of a member once, so that validation has no loops over rules and conditions. */
function compileAcceptance(
  { conditions, rules, isNested }: MemberRules,
  { acceptsNested }: MemberShape,
): CompiledMember['accepts'] {
  const all = isNested ? [...rules, (_: Members, value: unknown) => acceptsNested(value)] : rules;
  const accepts = combineRules(all);
  if (conditions.length === 0) return accepts;
  return (instance, value) => {
    let isChecked = true;
    // class-validator calls every condition, too.
    for (const condition of conditions) if (!condition(instance, value)) isChecked = false;
    return !isChecked || accepts(instance, value);
  };
}

function combineRules(rules: readonly CompiledMember['accepts'][]): CompiledMember['accepts'] {
  const [first, second, ...others] = rules;
  if (!first) return () => true;
  if (!second) return first;
  const both: CompiledMember['accepts'] = (instance, value) => first(instance, value) && second(instance, value);
  return others.length === 0 ? both : combineRules([both, ...others]);
}
