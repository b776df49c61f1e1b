import type { Definition } from './definition';

/** A security definition as OpenAPI 3.1 describes it: a Security Scheme Object. */
export type SecurityDescription =
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string }
  | { readonly type: 'http'; readonly scheme: 'basic' | 'bearer'; readonly bearerFormat?: 'JWT' }
  | { readonly type: 'mutualTLS' };

/** What clients may be told of a definition: how to show who they are, and nothing of who is known. */
export function describeDefinition(definition: Definition): SecurityDescription {
  switch (definition.type) {
    case 'apiKey':
      return { type: 'apiKey', in: 'header', name: definition.header };
    case 'basic':
      return { type: 'http', scheme: 'basic' };
    case 'bearer':
      return { type: 'http', scheme: 'bearer' };
    case 'jwt':
      return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
    case 'mtls':
      return { type: 'mutualTLS' };
  }
}
