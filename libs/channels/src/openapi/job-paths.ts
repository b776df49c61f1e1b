import type { FailureCode } from '@trunkline/failures';
import type { JsonSchema } from '@trunkline/service';
import type { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { type ErrorParts, responsesTo } from './error-responses';
import type { PathItem, Response } from './openapi-document';
import { headersByTerms } from './response-headers';
import { securityOf } from './security-schemes';

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
const CODES_OF_CALLERS: readonly FailureCode[] = [
  'AUTH_REQUIRED',
  'INVALID_AUTH_HEADER',
  'INVALID_CREDENTIALS',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
];

const CODES_OF_GUESSES: readonly FailureCode[] = ['RATE_LIMIT_EXCEEDED'];

/** The answer to a request that is carried out later. */
export function acceptedAsJob({ terms }: DescribedChannel, components: Components): Response {
  return {
    ...jobAnswer('Accepted as a job.', components),
    headers: components.headersOf('X-Request-ID', 'Location', 'Retry-After', ...headersByTerms(terms)),
  };
}

/** Where jobs are asked for, under the security of the channels that make them; nothing where none does. */
export function jobPaths(
  channels: readonly DescribedChannel[],
  { tag, errors, components }: { readonly tag: string; readonly errors: ErrorParts; readonly components: Components },
): Readonly<Record<string, PathItem>> {
  const makers = channels.filter(({ terms }) => terms?.isAsync === true);
  if (makers.length === 0) return {};
  const security = makers.flatMap((channel) => {
    const ways = securityOf(channel);
    return ways.length > 0 ? ways : [{}];
  });
  const isSecured = security.some((way) => Object.keys(way).length > 0);
  const isGuessLimited = makers.some(({ terms }) => terms?.isGuessLimited === true);
  const codes = [...CODES, ...(isSecured ? CODES_OF_CALLERS : []), ...(isGuessLimited ? CODES_OF_GUESSES : [])];
  const responses = {
    ...responsesTo(codes, errors, components),
    '200': { ...jobAnswer('How it stands.', components), headers: components.headersOf('X-Request-ID', 'Retry-After') },
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

function jobAnswer(description: string, components: Components): Response {
  const schema = components.define({ name: 'Job', of: JOB, direction: 'output' }, () => JOB);
  return { description, content: { 'application/json': { schema } } };
}
