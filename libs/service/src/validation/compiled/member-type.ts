import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as decorated } from 'class-transformer/cjs/storage';

/** The type that class-transformer converts a member to. */
export interface MemberType {
  readonly type: new () => object;
  /** Whether an array becomes a plain array, rather than the list type of the member. */
  readonly listsArePlain: boolean;
}

const PLAIN_LISTS: readonly unknown[] = [undefined, Array, Object];

/** @returns `undefined` for a member without `@Type`; `'unsure'` if the type depends on the value, or is not a class */
export function findMemberType(declared: new () => object, name: string): MemberType | 'unsure' | undefined {
  const metadata = decorated.findTypeMetadata(declared, name);
  // Without `@Type` it is undefined, despite the typings.
  if ((metadata as unknown) === undefined) return undefined;
  const { typeFunction, options, reflectedType } = metadata;
  const dependsOnValue =
    (typeFunction?.length ?? 1) > 0 || options.discriminator !== undefined || reflectedType === Map;
  const type: unknown = dependsOnValue ? undefined : typeFunction();
  return isClass(type) ? { type, listsArePlain: PLAIN_LISTS.includes(reflectedType) } : 'unsure';
}

/** Whether a class has decorators of class-transformer other than those of members. */
export function hasClassTransformations(declared: new () => object): boolean {
  const named = [...decorated.getExposedMetadatas(declared), ...decorated.getExcludedMetadatas(declared)];
  return named.length > 0 || decorated.getStrategy(declared) !== 'none';
}

/** Whether a member has a `@Transform`. Transformations of groups do not apply. */
export function isTransformed(declared: new () => object, name: string): boolean {
  const transformations = decorated.findTransformMetadatas(declared, name, TransformationType.PLAIN_TO_CLASS);
  return transformations.some(({ options }) => (options?.groups?.length ?? 0) === 0);
}

/** Finds the external name of a member, by `@Expose({ name })`. */
export function findExposedName(declared: Function, name: string): string {
  const metadata: { readonly options?: { readonly name?: string } } | undefined = decorated.findExposeMetadata(
    declared,
    name,
  );
  return metadata?.options?.name ?? name;
}

function isClass(type: unknown): type is new () => object {
  return typeof type === 'function' && typeof type.prototype === 'object';
}
