import type { SecuritySchemeObject } from '@trunkline/security';
import type { DescribedChannel } from './described-channel';

/** Security definitions by name, as callers have to know them. */
export type DescribedSecurity = Readonly<Record<string, SecuritySchemeObject>>;

/** The definitions that channels name: others are of no use to those who call them. */
export function selectSecuritySchemes(
  channels: readonly DescribedChannel[],
  security: DescribedSecurity,
): DescribedSecurity {
  const names = new Set(channels.flatMap(({ features }) => features?.security ?? []));
  return Object.fromEntries([...names].toSorted().flatMap((name) => (security[name] ? [[name, security[name]]] : [])));
}

/** What a channel asks of its callers: any one of its definitions, with all of its scopes. */
export function createSecurityRequirements({
  features,
}: DescribedChannel): readonly Readonly<Record<string, readonly string[]>>[] {
  return (features?.security ?? []).map((name) => ({ [name]: features?.scopes ?? [] }));
}
