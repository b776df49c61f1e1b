/**
 * Outgoing REST connections: how services reach other systems, and what becomes of it when those fail.
 * Not for: policies that know nothing of HTTP (resilience), or what a failure looks like to clients (failures).
 */

// To call other systems
export {
  type BodyOptions,
  type CallOptions,
  type RequestOptions,
  type RestConnection,
} from './connection/rest-connection';
export { type RestConnections } from './connection/rest-connections';
export { type HeaderValues } from './request/header-rules';
export { type HttpMethod } from './request/http-method';
export { type PathParameter } from './request/path-template';
export { type EmptyListRule, type Query, type QueryValue } from './request/query-string';
export { type ResponseHeaders, type RestResponse } from './response/rest-response';

// To write adapters
export { type OnStatus, type StatusRule } from './configuration/on-status';
export { RestAdapter } from './adapter/rest-adapter';

// To configure
export { type Credential, credential } from './configuration/credential';
export { type ConnectionConfig, type OutgoingConfig, outgoingSection } from './configuration/section';

// To run a bus
export { type PingReport } from './connection/ping';
export {
  type ConnectionExplanation,
  type ExplainedLayer,
  type ExplainedValue,
  type ValueSource,
  type WrittenAt,
} from './configuration/connection-explanation';
export { type ConnectionReport } from './configuration/connection-report';
export { OutgoingRest, type OutgoingRestOptions } from './outgoing-rest';
