import { createFailure, ValidationFailedError, violationAt } from '@trunkline/failures';
import type { DroppableMembers } from '@trunkline/service';
import type { FastifyRequest } from 'fastify';
import type { RouteGeneric } from '@trunkline/http-server';

/** The input of a service, merged from a request. */
export interface ChannelInput {
  readonly input: unknown;
  /** Members from path and query, which are text. */
  readonly coercibleMembers: readonly string[];
  /** Members that the channel removes if the declared input does not have them. */
  readonly droppableMembers?: DroppableMembers;
}

const NO_MEMBERS: readonly string[] = [];

/**
 * Merges path, query and body: the path wins over the body, the body over the query.
 *
 * @param placeholders - of the channel's path
 * @throws {ValidationFailedError} when the body is not an object, but path or query have values to merge with it
 */
export function mergeInput(request: FastifyRequest<RouteGeneric>, placeholders: readonly string[]): ChannelInput {
  const merged = mergeMembers(request, placeholders);
  if (request.unknownMembersDropped === 'nowhere') return merged;
  if (request.unknownMembersDropped === 'anywhere') return { ...merged, droppableMembers: 'all' };
  return { ...merged, droppableMembers: listQueryMembers(request) };
}

/** The members of the input that come from the query. */
function listQueryMembers(request: FastifyRequest<RouteGeneric>): readonly string[] {
  const { body, bodyInput, params } = request;
  const fromBody = bodyInput !== 'whole' && isObject(body) ? body : {};
  return Object.keys(getQuery(request) ?? {}).filter(
    (name) => !Object.hasOwn(fromBody, name) && !Object.hasOwn(params, name),
  );
}

function mergeMembers(request: FastifyRequest<RouteGeneric>, placeholders: readonly string[]): ChannelInput {
  const { body } = request;
  const params = request.params;
  const query = getQuery(request);
  if (body === undefined && !query) return { input: { ...params }, coercibleMembers: placeholders };
  if (request.bodyInput !== 'members') return mergeOtherFormat(request, { ...query, ...params });
  if (!isObject(body)) return mergeWithoutBody(body, { ...query, ...params });
  // V8 copies a literal of one spread at once; each further spread is slow.
  if (!query)
    return { input: placeholders.length === 0 ? { ...body } : { ...body, ...params }, coercibleMembers: placeholders };
  const fromText = Object.keys(query).filter((key) => !Object.hasOwn(body, key));
  return { input: { ...query, ...body, ...params }, coercibleMembers: [...fromText, ...placeholders] };
}

/** The query as an object; `undefined` without one. */
function getQuery(request: FastifyRequest<RouteGeneric>): Readonly<Record<string, unknown>> | undefined {
  if (!request.url.includes('?')) return undefined;
  const query = request.queryMembers ?? request.query;
  if (Object.hasOwn(query, '__proto__'))
    throw createFailure('BAD_REQUEST', { detail: 'the query has a member __proto__' });
  return query;
}

/** Merges a body that is not JSON. The members of a form or of XML are text, as those of the query. */
function mergeOtherFormat(
  { body, bodyInput, params }: FastifyRequest<RouteGeneric>,
  rest: Readonly<Record<string, unknown>>,
): ChannelInput {
  const coercibleMembers = Object.keys(rest);
  if (bodyInput === 'whole') return { input: coercibleMembers.length === 0 ? body : rest, coercibleMembers };
  if (!isObject(body)) return mergeWithoutBody(body, rest);
  const input = { ...rest, ...body, ...params };
  return { input, coercibleMembers: Object.keys(input) };
}

function mergeWithoutBody(body: unknown, rest: Readonly<Record<string, unknown>>): ChannelInput {
  const coercibleMembers = Object.keys(rest);
  if (body === undefined) return { input: rest, coercibleMembers };
  if (coercibleMembers.length === 0) return { input: body, coercibleMembers: NO_MEMBERS };
  throw new ValidationFailedError([violationAt([], 'an object is expected', 'isObject')]);
}

function isObject(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
