import type { SecurityDescription } from '@trunkline/security';
import type { DescribedChannel } from './described-channel';

/** Security definitions by name, as callers have to know them. */
export type DescribedSecurity = Readonly<Record<string, SecurityDescription>>;

/** The definitions that channels name: others are of no use to those who call them. */
export function securitySchemes(channels: readonly DescribedChannel[], security: DescribedSecurity): DescribedSecurity {
  const names = new Set(channels.flatMap(({ terms }) => terms?.security ?? []));
  return Object.fromEntries([...names].toSorted().flatMap((name) => (security[name] ? [[name, security[name]]] : [])));
}

/** What a channel asks of its callers: any one of its definitions, with all of its scopes. */
export function securityOf({ terms }: DescribedChannel): readonly Readonly<Record<string, readonly string[]>>[] {
  return (terms?.security ?? []).map((name) => ({ [name]: terms?.scopes ?? [] }));
}
