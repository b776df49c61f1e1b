import type { LoadedConfig } from '@trunkline/config';

/** A security definition in OpenAPI 3.1: a Security Scheme Object. */
export type SecuritySchemeObject =
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string }
  | { readonly type: 'http'; readonly scheme: 'basic' | 'bearer'; readonly bearerFormat?: 'JWT' }
  | { readonly type: 'mutualTLS' };

/**
 * Describes the security definitions of channels for clients: how to authenticate, without anything about the callers.
 *
 * Reads the files and not the checked section, so that a description does not need the secrets of callers.
 */
export function describeDefinitions(config: LoadedConfig): Readonly<Record<string, SecuritySchemeObject>> {
  const described = config.listKeys(['security']).flatMap((name): [string, SecuritySchemeObject][] => {
    const scheme = describeDefinition(config, name);
    return scheme ? [[name, scheme]] : [];
  });
  return Object.fromEntries(described);
}

/** @returns `undefined` for a credential of the bus */
function describeDefinition(config: LoadedConfig, name: string): SecuritySchemeObject | undefined {
  const type = config.getRawValue(['security', name, 'type']);
  if (type === 'jwt') return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
  if (type === 'mtls') return { type: 'mutualTLS' };
  if (!config.listKeys(['security', name]).includes('callers')) return undefined;
  if (type === 'basic' || type === 'bearer') return { type: 'http', scheme: type };
  const header = config.getRawValue(['security', name, 'header']);
  return typeof header === 'string' ? { type: 'apiKey', in: 'header', name: header } : undefined;
}
