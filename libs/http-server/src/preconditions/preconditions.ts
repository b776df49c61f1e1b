import { createFailure } from '@trunkline/failures';
import {
  addVersions,
  type EntityTag,
  type EntityTags,
  matchesStrongly,
  matchesWeakly,
  parseEntityTags,
} from './entity-tag';
import { parseHttpDate } from './http-date';

/** The fields of a request by which a client demands a version (RFC 9110 §13.1). Absent: no demand. */
export interface PreconditionFields {
  readonly ifMatch?: EntityTags | undefined;
  readonly ifNoneMatch?: EntityTags | undefined;
  /** Epoch milliseconds. */
  readonly ifModifiedSince?: number | undefined;
  /** Epoch milliseconds. */
  readonly ifUnmodifiedSince?: number | undefined;
}

/** The current version of a resource. */
export interface CurrentVersion {
  readonly etag?: EntityTag | undefined;
  /** Epoch milliseconds. */
  readonly lastModified?: number | undefined;
}

/** The headers of a request, by lower-case names. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The members of a request that have its preconditions. */
interface ConditionalRequest {
  readonly headers: Headers;
}

/** Whether a request has entity tags to be parsed. */
export function hasEntityTags({ headers }: ConditionalRequest): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
}

/**
 * Parses the preconditions of a request. A date that is not valid is ignored, as HTTP demands.
 *
 * @throws {BusError} `BAD_REQUEST`, naming every list of entity tags that is malformed: to ignore it would drop the protection
 */
export function parsePreconditions({ headers }: ConditionalRequest): PreconditionFields {
  const problems: string[] = [];
  const readTags = (name: string): EntityTags | undefined => {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return undefined;
    const tags = parseEntityTags(String(value));
    if (!tags) problems.push(`${name} is not a list of entity tags`);
    return tags;
  };
  const fields = { ifMatch: readTags('If-Match'), ifNoneMatch: readTags('If-None-Match'), ...parseDates(headers) };
  if (problems.length === 0) return fields;
  throw createFailure('BAD_REQUEST', { detail: `${problems.join('; ')}: ${EXPECTED_TAGS}` });
}

const EXPECTED_TAGS = 'write each tag in its quotes, as the ETag header has it, such as "7", or *';

/** Parses the preconditions of a request to read, of which a malformed one is ignored: the client gets the whole response. */
export function parseLenientPreconditions({ headers }: ConditionalRequest): PreconditionFields {
  const ifNoneMatch = headers['if-none-match'];
  // Without `If-None-Match`, since the date counts only if the client sent no tags.
  if (ifNoneMatch === undefined) return { ifModifiedSince: parseDates(headers).ifModifiedSince };
  return { ifNoneMatch: parseEntityTags(String(ifNoneMatch)) };
}

function parseDates(headers: Headers): Pick<PreconditionFields, 'ifModifiedSince' | 'ifUnmodifiedSince'> {
  return {
    ifModifiedSince: parseDate(headers['if-modified-since']),
    ifUnmodifiedSince: parseDate(headers['if-unmodified-since']),
  };
}

function parseDate(value: Headers[string]): number | undefined {
  return typeof value === 'string' ? parseHttpDate(value) : undefined;
}

/**
 * Whether the demands on the version that is to be changed are met: `If-Match`, or else `If-Unmodified-Since` (RFC 9110 §13.2.2). The tags
 * of compressed representations count as those of the version.
 *
 * @param current - `undefined`: the resource does not exist
 */
export function isDemandedVersion(fields: PreconditionFields, current: CurrentVersion | undefined): boolean {
  const { ifMatch, ifUnmodifiedSince } = fields;
  if (ifMatch === '*') return current !== undefined;
  if (ifMatch) return current?.etag !== undefined && matchesStrongly(addVersions(ifMatch), current.etag);
  if (ifUnmodifiedSince === undefined || current?.lastModified === undefined) return true;
  return toSeconds(current.lastModified) <= toSeconds(ifUnmodifiedSince);
}

/**
 * Whether the client has the current representation: `If-None-Match`, or else `If-Modified-Since`.
 *
 * @param current - `undefined`: the resource does not exist
 */
export function isKnownVersion(fields: PreconditionFields, current: CurrentVersion | undefined): boolean {
  const { ifNoneMatch, ifModifiedSince } = fields;
  if (ifNoneMatch === '*') return current !== undefined;
  if (ifNoneMatch) return current?.etag !== undefined && matchesWeakly(ifNoneMatch, current.etag);
  if (ifModifiedSince === undefined || current?.lastModified === undefined) return false;
  return toSeconds(current.lastModified) <= toSeconds(ifModifiedSince);
}

/** HTTP dates have no fractions of seconds. */
function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
