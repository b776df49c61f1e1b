import { inspect } from 'node:util';
import { PreconditionFailedError } from '@trunkline/failures';
import {
  addVersions,
  createStrongEtag,
  type CurrentVersion,
  type EntityTags,
  isDemandedVersion,
  isEntityTag,
  isKnownVersion,
  parseEntityTag,
  parsePreconditions,
  type PreconditionFields,
  removeCodingSuffix,
} from '@trunkline/http-server';
import type { Preconditions, ResourceVersion } from '@trunkline/service';
import type { FastifyRequest } from 'fastify';
import { toJson } from '../../http/serialize-response';

/** The preconditions of a request, parsed when a service uses them. */
export class RequestPreconditions implements Preconditions {
  readonly #fields: PreconditionFields;
  readonly #isRead: boolean;

  /** @throws {BusError} `BAD_REQUEST` for a malformed list of entity tags */
  constructor(request: Pick<FastifyRequest, 'headers' | 'method'>) {
    this.#fields = parsePreconditions(request);
    this.#isRead = request.method === 'GET' || request.method === 'HEAD';
  }

  get ifMatch(): Preconditions['ifMatch'] {
    const { ifMatch } = this.#fields;
    if (ifMatch === undefined || ifMatch === '*') return ifMatch;
    return ifMatch.filter(({ isWeak }) => !isWeak).map(({ tag }) => removeCodingSuffix(tag));
  }

  get ifNoneMatch(): Preconditions['ifNoneMatch'] {
    const { ifNoneMatch } = this.#fields;
    if (ifNoneMatch === undefined || ifNoneMatch === '*') return ifNoneMatch;
    return ifNoneMatch.map(({ tag }) => removeCodingSuffix(tag));
  }

  get ifUnmodifiedSince(): Date | undefined {
    const { ifUnmodifiedSince } = this.#fields;
    return ifUnmodifiedSince === undefined ? undefined : new Date(ifUnmodifiedSince);
  }

  check(version: ResourceVersion | undefined): void {
    const { ifNoneMatch, ...demands } = this.#fields;
    const current = version && toCurrentVersion(version, demands.ifMatch ?? ifNoneMatch);
    if (!isDemandedVersion(demands, current)) throw new PreconditionFailedError();
    if (this.#isRead || ifNoneMatch === undefined) return;
    const unwanted = ifNoneMatch === '*' ? ifNoneMatch : addVersions(ifNoneMatch);
    if (isKnownVersion({ ifNoneMatch: unwanted }, current)) throw new PreconditionFailedError();
  }

  /** All members, for log lines. */
  toJSON(): Omit<Preconditions, 'check'> {
    const { ifMatch, ifNoneMatch, ifUnmodifiedSince } = this;
    return { ifMatch, ifNoneMatch, ifUnmodifiedSince };
  }

  /** All members, for `console.log` and the debugger. */
  [inspect.custom](): Omit<Preconditions, 'check'> {
    return this.toJSON();
  }
}

/** @param tags - those that the client has sent: without any, the tag of a payload is not needed */
function toCurrentVersion(
  { etag, lastModified, payload }: ResourceVersion,
  tags: EntityTags | undefined,
): CurrentVersion {
  if (etag !== undefined) assertEtag(etag);
  const isTagNeeded = etag === undefined && payload !== undefined && tags !== undefined && tags !== '*';
  const known = isTagNeeded ? createPayloadEtag(payload) : etag;
  return { etag: known === undefined ? undefined : parseEntityTag(known), lastModified: lastModified?.getTime() };
}

function createPayloadEtag(payload: unknown): string {
  return createStrongEtag(payload instanceof Uint8Array ? payload : toJson(payload, 'the current version'));
}

function assertEtag(etag: string): void {
  if (!isEntityTag(etag)) throw new TypeError(`expected an entity tag in quotes, such as "7", got ${inspect(etag)}`);
}
