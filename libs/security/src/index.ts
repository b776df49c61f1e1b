/**
 * Who is calling a channel, and may they: security definitions and their checks.
 * Read it from the gate: which definitions there are (definition), how each knows its callers (scheme/, jwt/), how secrets are
 * kept and compared (secret/), who is at the other end (client/).
 * Not for: the credentials of outgoing connections (outgoing), or where on a request the check stands (channels).
 */

// To configure
export { type Definition, definition, scope } from './definition';
export { generateKey, type HashAlgorithm, hashSecret } from './secret/stored-secret';

// To check
export { type Caller, identifyCaller } from './caller';
export { type Client } from './client/client';
export { clientNetworkOf } from './client/client-network';
export { type FailureLimit } from './client/failure-limit';
export { Gate } from './gate';
export { type Presented } from './scheme/scheme';
export { type GateOptions, SecurityDefinitions, type SecurityParts } from './security-definitions';

// To describe
export { describeDefinition, type SecurityDescription } from './description';
