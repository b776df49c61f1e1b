import type { SecuritySchemeObject } from '@trunkline/security';
import type { Operation } from './openapi-document';

/** Descriptions of security definitions by name. */
export type DescribedSecurity = Readonly<Record<string, SecuritySchemeObject>>;

/** Selects the definitions that operations require. */
export function selectSecuritySchemes(
  operations: readonly Operation[],
  security: DescribedSecurity,
): DescribedSecurity {
  const names = new Set(operations.flatMap((operation) => operation.security.flatMap(Object.keys)));
  return Object.fromEntries([...names].toSorted().flatMap((name) => (security[name] ? [[name, security[name]]] : [])));
}
