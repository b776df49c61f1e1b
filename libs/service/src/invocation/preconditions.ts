/** The current version of a resource: what a GET of it responds. At least one member is needed to check `If-Match`. */
export interface ResourceVersion {
  /** The entity tag that a GET has, in quotes: `"7"`. */
  readonly etag?: string;
  /** The payload that a GET has, on a channel with `etag: strong`, instead of {@link etag}. Read only if the client has sent tags. */
  readonly payload?: unknown;
  /** The time of `Last-Modified`. Without it, `If-Unmodified-Since` is ignored. */
  readonly lastModified?: Date;
}

/** The version that the client of a request demands of the resource (RFC 9110 §13.1). */
export interface Preconditions {
  /**
   * The entity tags of `If-Match`, in quotes: the resource must be in one of these versions. Without weak tags, which no version matches,
   * and without the suffix of a content coding. `*`: any version. Absent: the client does not care.
   */
  readonly ifMatch: '*' | readonly string[] | undefined;
  /** The entity tags of `If-None-Match`: versions that the resource must not be in. `*`: it must not exist. */
  readonly ifNoneMatch: '*' | readonly string[] | undefined;
  /** The resource must not have been changed since. Absent for a date that is not valid, too. Has no effect with {@link ifMatch}. */
  readonly ifUnmodifiedSince: Date | undefined;
  /**
   * Checks that the resource is in a version that the client demands. `If-None-Match` of a GET or HEAD is not checked: the bus responds with
   * 304 to it.
   *
   * @param current - `undefined`: the resource does not exist
   * @throws {PreconditionFailedError} otherwise
   * @throws {TypeError} for an `etag` that is no entity tag
   */
  check(current: ResourceVersion | undefined): void;
}
