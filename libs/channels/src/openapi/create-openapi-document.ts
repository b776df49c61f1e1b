import type * as Composition from './compose-document';
import type { OpenApiDocumentOptions } from './document-options';
import type { OpenApiDocument } from './openapi-document';

/**
 * Describes the channels of a bus in OpenAPI 3.1: requests, responses and all errors. The document has no internals: no service, file,
 * connection or host.
 */
export function createOpenApiDocument(options: OpenApiDocumentOptions): OpenApiDocument {
  // Most processes never describe their channels.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { composeDocument }: typeof Composition = require('./compose-document');
  return composeDocument(options);
}
