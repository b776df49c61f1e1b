import type { FailureCode } from '@trunkline/failures';
import type { JsonSchema } from '@trunkline/service';
import type { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { type ErrorResponseOptions, createResponsesForCodes } from './error-responses';
import type { PathItem, Response } from './openapi-document';
import { listFeatureHeaders } from './response-headers';
import { createSecurityRequirements } from './security-schemes';

const TEXT: JsonSchema = { type: 'string' };

/** How a job stands, as `libs/channels/src/async` tells it. */
const JOB: JsonSchema = {
  type: 'object',
  description: 'Work that is done later',
  properties: {
    id: TEXT,
    service: TEXT,
    state: { enum: ['queued', 'running', 'completed', 'failed'] },
    attempts: { type: 'integer', minimum: 0 },
    result: { description: 'What came of it, once it is completed' },
    problem: { type: 'object', description: 'Why it has failed, as a problem document (RFC 9457)' },
  },
  required: ['id', 'service', 'state', 'attempts'],
};

const CODES: readonly FailureCode[] = ['BAD_REQUEST', 'JOB_NOT_FOUND', 'INTERNAL_ERROR', 'STORE_UNAVAILABLE'];
const AUTHENTICATION_CODES: readonly FailureCode[] = [
  'AUTH_REQUIRED',
  'INVALID_AUTH_HEADER',
  'INVALID_CREDENTIALS',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
];

const RATE_LIMIT_CODES: readonly FailureCode[] = ['RATE_LIMIT_EXCEEDED'];

/** The answer to a request that is carried out later. */
export function createAcceptedResponse({ features }: DescribedChannel, components: Components): Response {
  return {
    ...createJobResponse('Accepted as a job.', components),
    headers: components.addHeaders('X-Request-ID', 'Location', 'Retry-After', ...listFeatureHeaders(features)),
  };
}

/** Where jobs are asked for, under the security of the channels that make them; nothing where none does. */
export function createJobPaths(
  channels: readonly DescribedChannel[],
  {
    tag,
    errors,
    components,
  }: { readonly tag: string; readonly errors: ErrorResponseOptions; readonly components: Components },
): Readonly<Record<string, PathItem>> {
  const makers = channels.filter(({ features }) => features?.isAsync === true);
  if (makers.length === 0) return {};
  const security = makers.flatMap((channel) => {
    const ways = createSecurityRequirements(channel);
    return ways.length > 0 ? ways : [{}];
  });
  const isSecured = security.some((way) => Object.keys(way).length > 0);
  const isGuessLimited = makers.some(({ features: terms }) => terms?.isAuthFailureLimited === true);
  const codes = [...CODES, ...(isSecured ? AUTHENTICATION_CODES : []), ...(isGuessLimited ? RATE_LIMIT_CODES : [])];
  const responses = {
    ...createResponsesForCodes(codes, errors, components),
    '200': {
      ...createJobResponse('How it stands.', components),
      headers: components.addHeaders('X-Request-ID', 'Retry-After'),
    },
  };
  return {
    '/jobs/{id}': {
      get: {
        operationId: 'jobs.get',
        tags: [tag],
        summary: 'How a job stands, for whoever made it',
        parameters: [{ name: 'id', in: 'path', required: true, schema: TEXT }],
        security: isSecured ? [...new Map(security.map((way) => [JSON.stringify(way), way])).values()] : [],
        responses,
      },
    },
  };
}

function createJobResponse(description: string, components: Components): Response {
  const schema = components.define({ name: 'Job', source: JOB, direction: 'output' }, () => JOB);
  return { description, content: { 'application/json': { schema } } };
}
