import type { FailureCode } from '@trunkline/failures';
import type { DescribedChannel } from '../../openapi/described-channel';
import { type ErrorResponseOptions, createResponsesForCodes } from '../../openapi/error-responses';
import type { PathItem } from '../../openapi/openapi-document';
import type { OperationPartContext } from '../../openapi/operation-part';
import { REQUEST_ID_HEADER, RETRY_AFTER_HEADER } from '../../openapi/response-headers';
import type { AuthenticationOptions } from '../authentication/channel-authenticator';
import { createSecurityRequirements, isAuthFailureLimited } from '../authentication/describe-authentication';
import type { AsyncOptions } from './async-options';
import { createJobContent } from './describe-async';

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

/** What the description of jobs needs besides the channels. */
export interface JobPathsContext extends Pick<OperationPartContext, 'components'> {
  readonly tag: string;
  readonly errors: ErrorResponseOptions;
}

/** Describes `GET /jobs/{id}`, under the security of the channels that accept jobs; no path where no channel does. */
export function createJobPaths(
  channels: readonly DescribedChannel<AsyncOptions & AuthenticationOptions>[],
  { tag, errors, components }: JobPathsContext,
): Readonly<Record<string, PathItem>> {
  const asyncChannels = channels.filter(({ options }) => options.async !== false);
  if (asyncChannels.length === 0) return {};
  const security = asyncChannels.flatMap((channel) => {
    const requirements = createSecurityRequirements(channel);
    return requirements.length > 0 ? requirements : [{}];
  });
  const isSecured = security.some((requirement) => Object.keys(requirement).length > 0);
  const isLimited = asyncChannels.some(isAuthFailureLimited);
  const codes = [...CODES, ...(isSecured ? AUTHENTICATION_CODES : []), ...(isLimited ? RATE_LIMIT_CODES : [])];
  return {
    '/jobs/{id}': {
      get: {
        operationId: 'jobs.get',
        tags: [tag],
        summary: 'State of a job, for the client that submitted it',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        security: isSecured ? removeDuplicates(security) : [],
        responses: {
          ...createResponsesForCodes(codes, errors, components),
          '200': {
            description: 'The job.',
            content: createJobContent(components),
            headers: components.addHeaders({ ...REQUEST_ID_HEADER, ...RETRY_AFTER_HEADER }),
          },
        },
      },
    },
  };
}

function removeDuplicates<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
