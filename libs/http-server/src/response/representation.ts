/** In which forms a channel gives its answers. */
export interface Representation {
  /** What answers may be, in lower case; what is not JSON says so itself, by the `content-type` that its service sets. */
  readonly mediaTypes: readonly string[];
  /** Whether answers to GET have an `ETag`, so that clients can ask whether theirs is still good. */
  readonly hasEtag: boolean;
  /** Characters from which on an answer is compressed for whoever takes it; `Infinity` for never. */
  readonly compressionThreshold: number;
}
