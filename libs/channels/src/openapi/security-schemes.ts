import type { SecuritySchemeObject } from '@trunkline/security';
import type { Operation } from './openapi-document';

/** Security definitions by name, as callers have to know them. */
export type DescribedSecurity = Readonly<Record<string, SecuritySchemeObject>>;

/** The definitions that operations require: clients have no use for others. */
export function selectSecuritySchemes(
  operations: readonly Operation[],
  security: DescribedSecurity,
): DescribedSecurity {
  const names = new Set(operations.flatMap((operation) => operation.security.flatMap(Object.keys)));
  return Object.fromEntries([...names].toSorted().flatMap((name) => (security[name] ? [[name, security[name]]] : [])));
}
