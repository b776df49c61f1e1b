/**
 * Authentication and authorization: the `security` section with its security definitions, the check of callers, and the credentials of
 * outgoing connections.
 * Start at `section/`, then: the definitions that channels refer to (`definitions/`), the check of a request (`authentication/`,
 * `scheme/`, `jwt/`), stored secrets and their comparison (`secret/`), client addresses (`client/`), credentials (`credentials/`).
 * Not for: when a channel checks its callers (channels), or how OAuth 2 tokens are fetched (outgoing).
 */

// To configure
export { securitySection } from './section/security-section';
export { findDefinitionNameProblems, findSecurityProblems } from './section/security-references';
export { toDefinitionNames } from './definitions/definition-names';
export { type SecurityDefinition } from './definitions/security-definition';
export { scope } from './definitions/scope';
export { generateKey, type HashAlgorithm, hashSecret } from './secret/stored-secret';

// To check
export { type Caller, createCallerKey } from './caller';
export { type Client } from './client/client';
export { findClientNetwork } from './client/client-network';
export { type FailureLimit } from './client/failure-limit';
export { Authenticator } from './authentication/authenticator';
export { type RequestCredentials } from './scheme/request-credentials';
export {
  type SecurityRequirements,
  SecurityDefinitions,
  type SecurityOptions,
} from './definitions/security-definitions';

// To receive webhooks
export { webhookSchemes } from './webhooks/webhook-schemes';
export type { WebhookProtocol, WebhookScheme } from './webhooks/webhook-scheme';
export { type WebhookDelivery } from './webhooks/delivery';
export { createSignatureFailure, SignatureVerifier } from './webhooks/signature-verifier';

// To authenticate to other systems
export { type Credential } from './credentials/credential';
export {
  type ClientAuth,
  getClientAuth,
  getGrant,
  type OAuth2Credential,
  type OAuth2Grant,
} from './credentials/oauth2-credential';
export { signJwt } from './credentials/signed-jwt';
export { createCredentialHeader } from './credentials/credential-header';
export { type Header, isHeaderValue, isSettableHeaderName } from './credentials/header-rules';

// To describe
export { describeDefinitions, type SecuritySchemeObject } from './definitions/describe-definition';
