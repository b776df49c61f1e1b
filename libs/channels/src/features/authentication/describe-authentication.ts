import type { FailureCode } from '@trunkline/failures';
import type { SecuritySchemeObject } from '@trunkline/security';
import type { DescribedChannel } from '../../openapi/described-channel';
import type { Operation } from '../../openapi/openapi-document';
import type { OperationPart, OperationPartContext } from '../../openapi/operation-part';
import { type AuthenticationOptions, listDefinitionNames } from './channel-authenticator';

/** Describes the credentials that a channel requires, and the failures of authentication. */
export function describeAuthentication(
  channel: DescribedChannel<AuthenticationOptions>,
  { security }: OperationPartContext,
): OperationPart {
  const names = listDefinitionNames(channel);
  if (names.length === 0) return {};
  const schemes = names.flatMap((name) => security[name] ?? []);
  const codes: readonly (readonly [code: FailureCode, canOccur: boolean])[] = [
    ['AUTH_REQUIRED', true],
    ['INVALID_AUTH_HEADER', true],
    ['INVALID_CREDENTIALS', schemes.some((scheme) => !isBearerScheme(scheme))],
    ['INVALID_TOKEN', schemes.some(isBearerScheme)],
    ['TOKEN_EXPIRED', schemes.some(isJwtScheme)],
    ['FORBIDDEN', (channel.options.scopes ?? []).length > 0],
    ['RATE_LIMIT_EXCEEDED', isAuthFailureLimited(channel)],
  ];
  return {
    security: createSecurityRequirements(channel),
    codes: codes.flatMap(([code, canOccur]) => (canOccur ? [code] : [])),
  };
}

/** The security requirements of a channel: any one of its definitions, with all of its scopes. */
export function createSecurityRequirements(channel: DescribedChannel<AuthenticationOptions>): Operation['security'] {
  const { scopes = [] } = channel.options;
  return listDefinitionNames(channel).map((name) => ({ [name]: scopes }));
}

/** Whether the channel limits wrong credentials. */
export function isAuthFailureLimited(channel: DescribedChannel<AuthenticationOptions>): boolean {
  return channel.bus.authFailures !== 'off' && listDefinitionNames(channel).length > 0;
}

function isBearerScheme(
  scheme: SecuritySchemeObject,
): scheme is Extract<SecuritySchemeObject, { readonly type: 'http' }> {
  return scheme.type === 'http' && scheme.scheme === 'bearer';
}

function isJwtScheme(scheme: SecuritySchemeObject): boolean {
  return isBearerScheme(scheme) && scheme.bearerFormat === 'JWT';
}
