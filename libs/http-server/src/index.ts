/**
 * An HTTP listener: connections, overload, request checks, bodies, responses, health and maintenance.
 * Read it in the order of a request's life: server/http-listener, overload/load-shedder, request/request-checks, body, response.
 * Not for: which handler a request is routed to, and what the handler does.
 */

// Listen
export { HttpListener } from './server/http-listener';
export { httpServerOptions } from './server/http-options';
export { maintenanceWindow, type MaintenanceWindow } from './maintenance/maintenance-window';
export { type ConnectionHealth, registerHealthRoutes } from './health/health-routes';

// Check a request
export { acceptsOneOf, choosePreferred } from './request/accept-header';
export { resolveCorrelationId } from './request/correlation-id';
export { createOnRequestHook, type OnRequestStep, type RoutedRequest, type RouteGeneric } from './request/on-request';
export { checkRequestHead } from './request/request-checks';
export { parseRequestHead, type RequestHead } from './request/request-head';
export { toFastifyTrustProxy } from './request/trust-proxy';

// Check the preconditions of a request
export {
  addVersions,
  createStrongEtag,
  type EntityTags,
  isEntityTag,
  parseEntityTag,
  removeCodingSuffix,
} from './preconditions/entity-tag';
export {
  type CurrentVersion,
  hasEntityTags,
  isDemandedVersion,
  isKnownVersion,
  parsePreconditions,
  type PreconditionFields,
} from './preconditions/preconditions';

// Read a body
export { JsonBodyReader } from './body/json-body-reader';
export { assertReadableBody, createUnsupportedCodingFailure } from './body/media-type';
export { decodeBody, isCoded, isReadableCoding } from './body/content-coding';
export { parseStrictJson } from './body/strict-json';

// Read and write XML, of requests and of other systems
export { formatXml, XmlValueError } from './xml/format-xml';
export { MalformedXmlError } from './xml/malformed-xml-error';
export { loadXmlLibrary, parseXml } from './xml/parse-xml';

// Track the work of a request
export { getDisconnectScopes } from './connections/client-disconnect';
export { setPendingWork } from './overload/pending-work';

// Respond
export { registerErrorPages } from './response/error-pages';
export { ErrorResponder } from './response/error-responder';
export type { EtagSource, Representation } from './response/representation';
export { saveReplyHeaders } from './response/response-headers';
export { identitySerializer, sendJson, type SerializedResponse, writeResponse } from './response/response-writer';
