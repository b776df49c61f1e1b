import { getMetadataStorage } from 'class-validator';
import { CompiledClass, type CompiledMember, type UndeclaredPolicy } from './compiled-class';
import { type Conversion, copyValue, findConversion, type Members, UNSURE } from './conversion';
import type { RuleMetadata } from '../rule-metadata';
import { compileMemberRules, type MemberRules } from './member-rules';
import { hasClassTransformations, isTransformed, findMemberType, type MemberType } from './member-type';

/** The instance that class-transformer would make and class-validator accept; `undefined` where they have to be asked. */
export type CompiledValidator = (value: object) => object | undefined;

/**
 * Reads the decorators of a class, and of those that it nests, into a check. It asks the very rules that class-validator keeps,
 * and accepts nothing that class-validator would not: where it is in doubt, class-validator has the word.
 *
 * @returns `undefined` where a decorator says what cannot be compiled: `@Transform`, `@Expose`, `@Exclude`, discriminators, types
 * that depend on the value, promises, asynchronous validators, and validators that are classes
 */
export function compileClass(declared: new () => object, undeclared: UndeclaredPolicy): CompiledValidator | undefined {
  const compilation: Compilation = { undeclared, known: new Map(), isAsynchronous: false };
  const root = findOrCompile(declared, compilation);
  if (root === undefined) return undefined;
  return (value) => {
    // Known when a validator has returned its first promise. From then on class-validator alone calls it.
    if (compilation.isAsynchronous) return undefined;
    const instance = root.convert(value);
    return typeof instance === 'object' && instance !== null && root.accepts(instance) ? instance : undefined;
  };
}

/** One class and those that it nests, itself perhaps among them. */
interface Compilation {
  readonly undeclared: UndeclaredPolicy;
  readonly known: Map<unknown, CompiledClass>;
  isAsynchronous: boolean;
}

/** class-transformer has its own ways with these. */
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
  const compiled = new CompiledClass(declared, (name) => compilation.undeclared === 'left out' && !isNamed(name));
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
  // Methods and accessors are not written over. A symbol is no name for class-validator, whatever the typings say.
  if (typeof name !== 'string' || name in declared.prototype || isTransformed(declared, name)) return undefined;
  const rules = compileMemberRules(all, {
    targetName: declared.name,
    onPromise: (promise) => {
      compilation.isAsynchronous = true;
      // Its verdict is not waited for here, and a rejection is not unhandled.
      promise.then(undefined, () => undefined);
    },
  });
  const shape = compileShape(findMemberType(declared, name), compilation);
  if (rules === undefined || shape === undefined) return undefined;
  const isPickedAlways = rules.isAlwaysChecked || compilation.undeclared === 'refused';
  // Members of objects that are not validated are kept, whoever declares them.
  if (shape.isClass && !(rules.isNested && isPickedAlways)) return undefined;
  return { name, convert: shape.convert, accepts: compileAcceptance(rules, shape) };
}

/** What class-transformer makes of the values of a member. */
interface MemberShape {
  readonly convert: Conversion;
  readonly acceptsNested: (value: unknown) => boolean;
  readonly isClass: boolean;
}

/** Objects that are of no class have no rules, and are refused where they are to be validated. */
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

/** Composed once, so that a member without conditions costs no loop over them. */
function compileAcceptance(
  { conditions, rules, isNested }: MemberRules,
  { acceptsNested }: MemberShape,
): CompiledMember['accepts'] {
  const all = isNested ? [...rules, (_: Members, value: unknown) => acceptsNested(value)] : rules;
  const accepts = combineRules(all);
  if (conditions.length === 0) return accepts;
  return (instance, value) => {
    let isChecked = true;
    // Every condition is called, as class-validator does.
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
