import type { SecurityDefinition } from './security-definition';

/** A security definition as OpenAPI 3.1 describes it: a Security Scheme Object. */
export type SecuritySchemeObject =
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string }
  | { readonly type: 'http'; readonly scheme: 'basic' | 'bearer'; readonly bearerFormat?: 'JWT' }
  | { readonly type: 'mutualTLS' };

/** What clients may be told of a definition: how to show who they are, and nothing of who is known. */
export function describeDefinition(definition: SecurityDefinition): SecuritySchemeObject {
  if (definition.type === 'apiKey') return { type: 'apiKey', in: 'header', name: definition.header };
  if (definition.type === 'mtls') return { type: 'mutualTLS' };
  if (definition.type === 'jwt') return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
  return { type: 'http', scheme: definition.type };
}
