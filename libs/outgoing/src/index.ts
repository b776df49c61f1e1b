/**
 * Outgoing connections: how services call other systems, and what their failures become. `kinds.ts` lists the kinds of connections.
 * Not for: policies that are independent of any protocol (resilience), or the form of a failure for clients (failures).
 */

// To call other systems
export {
  type BodyOptions,
  type CallOptions,
  type Expecting,
  type RequestOptions,
  type RestConnection,
} from './rest/rest-connection';
export { type RestConnections } from './rest/rest-connections';
export { type HeaderValues } from './http/request/header-rules';
export { type HttpMethod } from './http/request/http-method';
export { type ResponseHeaders } from './http/response/http-response';
export { type PathParameter } from './http/request/path-template';
export { type EmptyListRule, type Query, type QueryValue } from './rest/request/query-string';
export { type BodyFormat } from './rest/formats/body-format';
export { type Expectation, type ExpectedData } from './rest/formats/expectation';
export { type FilePart } from './rest/formats/multipart';
export { type RestResponse } from './rest/response/rest-response';

// To write adapters
export { type OnStatus, type StatusRule } from './rest/adapter/on-status';
export { RestAdapter } from './rest/adapter/rest-adapter';

// To configure
export { type OutgoingConfig, outgoingSection } from './section';
export { addDescribedConnections } from './described-connections';
export {
  findConnectionProblems,
  findCredentialProblems,
  listAdapterPaths,
  listCredentialPaths,
  listDescriptionPaths,
} from './connection-references';
export { findAdapterErrors, listOutgoingErrors } from './connection-adapters';

// To run a bus
export { type PingReport } from './ping-report';
export {
  type ConnectionExplanation,
  type ExplainedLayer,
  type ExplainedValue,
  type ValueSource,
  type RawValueLookup,
} from './connection-explanation';
export { type ConnectionReport } from './connection-kind';
export { OutgoingConnections, type OutgoingOptions } from './outgoing-connections';
