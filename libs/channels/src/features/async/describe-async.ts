import type { JsonSchema } from '@trunkline/service';
import type { Components } from '../../openapi/components';
import type { DescribedChannel } from '../../openapi/described-channel';
import type { Content, Parameter } from '../../openapi/openapi-document';
import type { OperationPart, OperationPartContext } from '../../openapi/operation-part';
import { RETRY_AFTER_HEADER } from '../../openapi/response-headers';
import type { AsyncOptions } from './async-options';

const TEXT: JsonSchema = { type: 'string' };

/** The response body that `job-document.ts` creates. */
const JOB: JsonSchema = {
  type: 'object',
  description: 'A job: work that is executed later',
  properties: {
    id: TEXT,
    service: TEXT,
    state: { enum: ['queued', 'running', 'completed', 'failed'] },
    attempts: { type: 'integer', minimum: 0 },
    result: { description: 'Result of a completed job' },
    problem: { type: 'object', description: 'Failure of a failed job, as a problem document (RFC 9457)' },
  },
  required: ['id', 'service', 'state', 'attempts'],
};

const PREFER: Parameter = {
  name: 'Prefer',
  in: 'header',
  required: false,
  description: 'respond-async, wait=N (RFC 7240)',
  schema: TEXT,
};

const LOCATION_HEADER = {
  Location: { description: 'Path of the job', schema: { type: 'string', format: 'uri-reference' } },
};

/** Describes the preference of clients and the response to an accepted job. */
export function describeAsync(
  { options }: DescribedChannel<AsyncOptions>,
  { components }: OperationPartContext,
): OperationPart {
  if (options.async === false) return {};
  return {
    parameters: [PREFER],
    responses: {
      '202': {
        description: 'Accepted as a job.',
        content: createJobContent(components),
        headers: { ...LOCATION_HEADER, ...RETRY_AFTER_HEADER },
      },
    },
  };
}

/** The body of a response that is a job. */
export function createJobContent(components: Components): Content {
  const schema = components.define({ name: 'Job', source: JOB, direction: 'output' }, () => JOB);
  return { 'application/json': { schema } };
}
