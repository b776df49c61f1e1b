/**
 * Outgoing REST connections: how services call other systems, and what their failures become.
 * Not for: policies that are independent of HTTP (resilience), or the form of a failure for clients (failures).
 */

// To call other systems
export { type BodyOptions, type CallOptions, type RequestOptions, type RestConnection } from './rest/rest-connection';
export { type RestConnections } from './rest/rest-connections';
export { type HeaderValues } from './rest/request/header-rules';
export { type HttpMethod } from './rest/request/http-method';
export { type PathParameter } from './rest/request/path-template';
export { type EmptyListRule, type Query, type QueryValue } from './rest/request/query-string';
export { type ResponseHeaders, type RestResponse } from './rest/response/rest-response';

// To write adapters
export { type OnStatus, type StatusRule } from './rest/adapter/on-status';
export { RestAdapter } from './rest/adapter/rest-adapter';

// To configure
export { type ConnectionConfig, type OutgoingConfig, outgoingSection } from './rest/section';
export { addDescribedConnections } from './rest/described-connections';
export { findConnectionProblems, findCredentialProblems, listAdapterPaths } from './rest/connection-references';

// To run a bus
export { type PingReport } from './rest/ping';
export {
  type ConnectionExplanation,
  type ExplainedLayer,
  type ExplainedValue,
  type ValueSource,
  type RawValueLookup,
} from './rest/connection-explanation';
export { type ConnectionReport } from './rest/connection-report';
export { OutgoingRest, type OutgoingRestOptions } from './rest/outgoing-rest';
