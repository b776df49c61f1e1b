import type { EtagSource } from '@trunkline/http-server';
import type { ChannelFeature } from '../../channel-feature';
import type { OperationPart } from '../../openapi/operation-part';
import { ETAG_HEADER, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED_HEADER } from './conditional-fields';
import { etagOption, type EtagOption } from './etag-option';

type Options = {
  readonly etag: EtagOption;
};

/** Responds 304 to a client that has the current representation (RFC 9110 §13.1.2). */
export const etag = {
  options: { etag: etagOption },
  findProblems: ({ method, etag: option }) =>
    option !== false && method !== 'GET' ? [{ key: 'etag', message: ONLY_GET }] : [],
  represent: ({ options }) => ({ etag: toEtagSource(options.etag) }),
  describe: ({ options }) => describeEtag(options.etag),
} satisfies ChannelFeature<Options>;

const ONLY_GET = 'expected no `etag`: only responses to GET have one';

function toEtagSource(option: EtagOption): EtagSource {
  if (option === false) return 'none';
  if (option === true) return 'weak';
  return option === 'strong' ? 'strong' : 'service';
}

function describeEtag(option: EtagOption): OperationPart {
  if (option === false) return {};
  const validators = { ...ETAG_HEADER, ...LAST_MODIFIED_HEADER };
  const responses = { '304': { description: 'The client has the current version.', headers: ETAG_HEADER } };
  const parameters = [IF_NONE_MATCH, IF_MODIFIED_SINCE];
  if (option === true) return { parameters, payloadHeaders: validators, responses };
  return {
    parameters: [...parameters, IF_MATCH],
    payloadHeaders: validators,
    responses,
    codes: ['PRECONDITION_FAILED'],
  };
}
