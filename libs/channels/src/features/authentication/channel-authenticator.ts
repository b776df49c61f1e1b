import { type Authenticator, type SecurityDefinitions, toDefinitionNames } from '@trunkline/security';
import type { ConfiguredChannel } from '../../http/channel';

/** The options of a channel that concern its callers. */
export interface AuthenticationOptions {
  readonly security?: string | readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** Names of the security definitions of a channel, any one of which is enough; none for an open channel. */
export function listDefinitionNames({ options, bus }: ConfiguredChannel<AuthenticationOptions>): readonly string[] {
  return toDefinitionNames(options.security ?? bus.security);
}

/** Finds the authenticator of a channel; `undefined` for an open channel. */
export function findAuthenticator(
  channel: ConfiguredChannel<AuthenticationOptions>,
  definitions: SecurityDefinitions,
): Authenticator | undefined {
  const names = listDefinitionNames(channel);
  const { scopes = [] } = channel.options;
  return names.length > 0 ? definitions.getAuthenticator({ security: names, scopes }) : undefined;
}
