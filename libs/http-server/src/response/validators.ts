import { createFailure, InternalError } from '@trunkline/failures';
import type { FastifyRequest } from 'fastify';
import {
  addCodingSuffix,
  createStrongEtag,
  createWeakEtag,
  isEntityTag,
  parseEntityTag,
} from '../preconditions/entity-tag';
import { parseHttpDate } from '../preconditions/http-date';
import {
  isDemandedVersion,
  isKnownVersion,
  parseLenientPreconditions,
  parsePreconditions,
} from '../preconditions/preconditions';
import type { ContentCoding } from './compression';
import type { EtagSource } from './representation';

type HeaderFields = Record<string, string | number | string[]>;

/** A complete response to GET or HEAD, and the origin of its `ETag`. */
interface ReadResponse {
  readonly headers: HeaderFields;
  readonly body: string | Uint8Array;
  readonly source: EtagSource;
  /** The coding that the body will be sent in; `undefined`: as it is. */
  readonly coding: ContentCoding | undefined;
}

/**
 * Adds the `ETag` to a response, and checks the preconditions of its request (RFC 9110 §13.2.2).
 *
 * @returns whether the client has the current representation
 * @throws {BusError} `PRECONDITION_FAILED` if the client demands another version
 * @throws {InternalError} when the service has set an illegal `ETag`
 */
export function isNotModified(request: Pick<FastifyRequest, 'headers'>, response: ReadResponse): boolean {
  const { headers, source } = response;
  const etag = findEtag(response);
  if (etag !== undefined) headers['etag'] = response.coding ? addCodingSuffix(etag, response.coding) : etag;
  const known = headers['etag'];
  const current = {
    etag: known === undefined ? undefined : parseEntityTag(String(known)),
    lastModified: parseHttpDate(String(headers['last-modified'])),
  };
  if (source === 'weak') return isKnownVersion(parseLenientPreconditions(request), current);
  const fields = parsePreconditions(request);
  const uncoded = { ...current, etag: etag === undefined ? undefined : parseEntityTag(etag) };
  if (!isDemandedVersion(fields, uncoded)) throw createFailure('PRECONDITION_FAILED');
  return isKnownVersion(fields, current);
}

/** Finds the tag of the service, or creates that of the body. */
function findEtag({ headers, body, source }: ReadResponse): string | undefined {
  const given = headers['etag'];
  if (given !== undefined) return assertEtag(String(given), source);
  if (source === 'strong') return createStrongEtag(body);
  return source === 'weak' && typeof body === 'string' ? createWeakEtag(body) : undefined;
}

/** A channel with weak tags has always sent what the service sets. */
function assertEtag(etag: string, source: EtagSource): string {
  if (source === 'weak' || isEntityTag(etag)) return etag;
  throw new InternalError('a service set an illegal ETag: expected a text in quotes, such as "7", or W/"7"');
}
