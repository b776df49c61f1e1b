import type { DescribedRoute } from './describe-features';
import type { ErrorResponseOptions } from './error-responses';
import type { Info } from './openapi-document';
import type { DescribedSecurity } from './security-schemes';

/** What a document describes. */
export interface OpenApiDocumentOptions {
  readonly info: Info;
  /** Descriptions of tags. The tag of a channel is the first word of its name. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly channels: readonly DescribedRoute[];
  /** Security definitions by name. */
  readonly security: DescribedSecurity;
  readonly errors: ErrorResponseOptions;
}
