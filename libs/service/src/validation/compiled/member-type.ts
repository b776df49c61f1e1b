import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as decorated } from 'class-transformer/cjs/storage';

/** What class-transformer is told to make of a member. */
export interface MemberType {
  readonly type: new () => object;
  /** Does it make a plain array of an array? It takes one of the member's own type, where that is a kind of list. */
  readonly listsArePlain: boolean;
}

const PLAIN_LISTS: readonly unknown[] = [undefined, Array, Object];

/** @returns `undefined` where nothing is said of the member; `'unsure'` where it depends on the value, or is no class */
export function findMemberType(declared: new () => object, name: string): MemberType | 'unsure' | undefined {
  const metadata = decorated.findTypeMetadata(declared, name);
  // Without `@Type` there is none, whatever the typings say.
  if ((metadata as unknown) === undefined) return undefined;
  const { typeFunction, options, reflectedType } = metadata;
  const dependsOnValue =
    (typeFunction?.length ?? 1) > 0 || options.discriminator !== undefined || reflectedType === Map;
  const type: unknown = dependsOnValue ? undefined : typeFunction();
  return isClass(type) ? { type, listsArePlain: PLAIN_LISTS.includes(reflectedType) } : 'unsure';
}

/** Does class-transformer do more with a class than to give members their types? */
export function hasClassTransformations(declared: new () => object): boolean {
  const named = [...decorated.getExposedMetadatas(declared), ...decorated.getExcludedMetadatas(declared)];
  return named.length > 0 || decorated.getStrategy(declared) !== 'none';
}

/** Does class-transformer do more with a member than to give it its type? Transformations of groups are never asked for. */
export function isTransformed(declared: new () => object, name: string): boolean {
  const transformations = decorated.findTransformMetadatas(declared, name, TransformationType.PLAIN_TO_CLASS);
  return transformations.some(({ options }) => (options?.groups?.length ?? 0) === 0);
}

/** The name that a member has outside, by `@Expose({ name })`. */
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
