import { getMetadataStorage } from 'class-validator';
import { isPlainObject } from './compiled/conversion';
import { isTransformed } from './compiled/member-type';

type Path = readonly string[];

/**
 * Finds the members of a value that class-transformer silently ignores, so that class-validator never sees them: those named like a
 * method of the class or of every object, and those named constructor.
 *
 * @param instance - the instance that class-transformer created from the value
 */
export function findIgnoredMembers(value: unknown, instance: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || typeof instance !== 'object' || instance === null) return [];
  if (!Array.isArray(value) && !isPlainObject(value)) return [];
  const declared: unknown = instance.constructor;
  return Object.entries(value).flatMap(([name, member]) => {
    const memberPath = [...path, name];
    if (isIgnored(name, instance))
      return typeof declared === 'function' && hasRules(declared, name) ? [] : [memberPath];
    return isTransformedMember(declared, name)
      ? []
      : findIgnoredMembers(member, Reflect.get(instance, name), memberPath);
  });
}

function isIgnored(name: string, instance: object): boolean {
  if (Object.hasOwn(instance, name) || !(name in instance)) return false;
  return name === 'constructor' || typeof Reflect.get(instance, name) === 'function' || !hasSetter(name, instance);
}

/** A value passed to a setter counts as kept by the class. */
function hasSetter(name: string, instance: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(instance);
  if (typeof prototype !== 'object' || prototype === null) return true;
  const own = Object.getOwnPropertyDescriptor(prototype, name);
  return own ? own.set !== undefined : hasSetter(name, prototype);
}

function hasRules(declared: Function, name: string): boolean {
  const rules = getMetadataStorage().getTargetValidationMetadatas(declared, '', false, false);
  return rules.some(({ propertyName }) => propertyName === name);
}

/** The result of `@Transform` need not have the members of the original value. */
function isTransformedMember(declared: unknown, name: string): boolean {
  return isClass(declared) && isTransformed(declared, name);
}

function isClass(declared: unknown): declared is new () => object {
  return typeof declared === 'function';
}
