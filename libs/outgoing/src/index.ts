/**
 * Outgoing REST connections: how services reach other systems, and what becomes of it when those fail.
 * Not for: policies that know nothing of HTTP (resilience), or what a failure looks like to clients (failures).
 */

// To call other systems
export { type BodyOptions, type CallOptions, type RequestOptions, type RestConnection } from './rest-connection';
export { type RestConnections } from './rest-connections';
export { type HeaderValues } from './header-rules';
export { type HttpMethod } from './http-method';
export { type PathParameter } from './path-template';
export { type Query, type QueryValue } from './query-string';
export { type ResponseHeaders, type RestResponse } from './rest-response';

// To write adapters
export { type OnStatus, type StatusRule } from './on-status';
export { RestAdapter } from './rest-adapter';

// To configure
export { type Credential, credential } from './credential';
export { type ConnectionConfig, type OutgoingConfig, outgoingSection } from './section';

// To run a bus
export { type ConnectionReport } from './connection-report';
export { OutgoingRest, type OutgoingRestOptions } from './outgoing-rest';
