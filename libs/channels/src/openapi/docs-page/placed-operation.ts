import type { OpenApiDocument, Operation } from '../openapi-document';

/** An operation with its place in the document. */
export interface PlacedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly document: OpenApiDocument;
}
