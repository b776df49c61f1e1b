import { z } from 'zod';
import { createFailure } from '@trunkline/failures';
import { hasEntityTags, type OnRequestStep, parsePreconditions } from '@trunkline/http-server';
import type { ChannelFeature } from '../../channel-feature';
import type { CoreOptions, OptionProblem } from '../../http/channel-options';
import type { OperationPart } from '../../openapi/operation-part';
import { ETAG_HEADER, IF_MATCH, IF_NONE_MATCH, IF_UNMODIFIED_SINCE } from '../etag/conditional-fields';
import type { EtagOption } from '../etag/etag-option';

type Options = {
  readonly preconditions?: 'optional' | 'required' | undefined;
  readonly etag: EtagOption;
  readonly async: boolean | 'optional';
};

/**
 * Checks the form of preconditions, and that a change has one where they are required (RFC 9110 §13.1, RFC 6585 §3). Whether they are met
 * is known to the service, which checks them through its request.
 */
export const preconditions = {
  options: {
    preconditions: z
      .enum(['optional', 'required'])
      .optional()
      .describe(
        'Whether clients name the version that they change, with If-Match, or If-None-Match: * to create: optional, or required (428 without). The service checks it with this.request.http.preconditions',
      ),
  },
  findProblems: (options) => findPreconditionProblems(options),
  onRequest: ({ options }) => createCheck(options),
  describe: ({ options }) => describePreconditions(options),
} satisfies ChannelFeature<Options>;

function findPreconditionProblems(options: CoreOptions & Options): OptionProblem[] {
  const expected = options.preconditions === undefined ? undefined : findMisuse(options);
  return expected === undefined
    ? []
    : [{ key: 'preconditions', message: `expected no \`preconditions\`: ${expected}` }];
}

function findMisuse({ method, topic, async: isAsync }: CoreOptions & Options): string | undefined {
  if (method === 'GET') return 'they are for changes. For responses to GET, write `etag`';
  if (topic !== undefined) return 'the message of a topic changes nothing yet';
  return isAsync === false ? undefined : 'a job runs later. Make the version a member of the input';
}

/** A GET has preconditions by its `etag`. A weak tag demands nothing, so a malformed value is ignored there. */
function createCheck({ method, preconditions: option, etag }: CoreOptions & Options): OnRequestStep | undefined {
  if (option === 'required') return createRequirement(method);
  const isChecked = option === 'optional' || (etag !== false && etag !== true);
  return isChecked ? checkForm : undefined;
}

const checkForm: OnRequestStep = (request) => {
  if (hasEntityTags(request)) parsePreconditions(request);
};

function createRequirement(method: string): OnRequestStep {
  const creates = canCreate(method);
  const detail = `send If-Match with the ETag of the version to be changed${creates ? ', or If-None-Match: * to create' : ''}`;
  return (request) => {
    const { ifMatch, ifNoneMatch } = parsePreconditions(request);
    if (ifMatch === undefined && !(creates && ifNoneMatch === '*'))
      throw createFailure('PRECONDITION_REQUIRED', { detail });
  };
}

/** Whether a request with this method may create the resource of its path, or one below. */
function canCreate(method: string): boolean {
  return method === 'PUT' || method === 'POST';
}

function describePreconditions({ method, preconditions: option }: CoreOptions & Options): OperationPart {
  if (option === undefined) return {};
  const isRequired = option === 'required';
  return {
    parameters: [
      { ...IF_MATCH, required: isRequired && !canCreate(method) },
      { ...IF_NONE_MATCH, description: '* if the resource must not exist yet' },
      IF_UNMODIFIED_SINCE,
    ],
    payloadHeaders: ETAG_HEADER,
    codes: isRequired ? ['PRECONDITION_FAILED', 'PRECONDITION_REQUIRED'] : ['PRECONDITION_FAILED'],
  };
}
