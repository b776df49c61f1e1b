import { scope, type SecurityDefinitions } from '@trunkline/security';
import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import { createAuthenticationStep } from './authentication';
import { type AuthenticationOptions, findAuthenticator } from './channel-authenticator';
import { describeAuthentication } from './describe-authentication';
import { securityChoice } from './security-options';

type Dependencies = {
  readonly security: SecurityDefinitions;
};

/** Rejects requests without the credentials and scopes that a channel requires, and identifies the caller. */
export const authentication = {
  options: {
    security: securityChoice.optional(),
    scopes: z.array(scope).min(1).optional().describe('Scopes that a caller must have, all of them'),
  },
  onRequest(channel, { security }) {
    const { name, timeoutMs } = channel;
    const authenticator = findAuthenticator(channel, security);
    return authenticator && createAuthenticationStep({ name, timeoutMs, authenticator });
  },
  describe: describeAuthentication,
} satisfies ChannelFeature<AuthenticationOptions, Dependencies>;
