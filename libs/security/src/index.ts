/**
 * Who is calling a channel, and may they: security definitions and their checks.
 * Read it from the gate: which definitions there are (definition), how each knows its callers (scheme/, jwt/), how secrets are
 * kept and compared (secret/), who is at the other end (client/).
 * Not for: the credentials of outgoing connections (outgoing), or where on a request the check stands (channels).
 */

// To configure
export { type SecurityDefinition, securityDefinition, scope } from './definitions/security-definition';
export { generateKey, type HashAlgorithm, hashSecret } from './secret/stored-secret';

// To check
export { type Caller, createCallerKey } from './caller';
export { type Client } from './client/client';
export { findClientNetwork } from './client/client-network';
export { type FailureLimit } from './client/failure-limit';
export { Authenticator } from './authentication/authenticator';
export { type RequestCredentials } from './scheme/authentication-scheme';
export {
  type SecurityRequirements,
  SecurityDefinitions,
  type SecurityOptions,
} from './definitions/security-definitions';

// To describe
export { describeDefinition, type SecuritySchemeObject } from './definitions/describe-definition';
