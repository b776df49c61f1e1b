/**
 * Where the `ETag` of a response to GET comes from: nowhere; its body, as a weak or a strong tag; or the service alone. The tag that a
 * service sets replaces that of the body.
 */
export type EtagSource = 'none' | 'weak' | 'strong' | 'service';

/** Media types, validators and compression of the responses of a route. */
export interface Representation {
  /** Media types of the responses, in lower case; a handler sets `content-type` for any other than JSON. */
  readonly mediaTypes: readonly string[];
  /** Where the `ETag` comes from, for conditional requests. */
  readonly etag: EtagSource;
  /** Minimum length of a compressed body, in characters; `Infinity` disables compression. */
  readonly compressionThreshold: number;
}
