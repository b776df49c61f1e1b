/** Media types, validators and compression of the responses of a route. */
export interface Representation {
  /** Media types of the responses, in lower case; a handler sets `content-type` for any other than JSON. */
  readonly mediaTypes: readonly string[];
  /** Whether responses to GET have an `ETag`, for conditional requests. */
  readonly hasEtag: boolean;
  /** Minimum length of a compressed body, in characters; `Infinity` disables compression. */
  readonly compressionThreshold: number;
}
