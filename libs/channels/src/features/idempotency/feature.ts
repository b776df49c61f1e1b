import type { FailureCode } from '@trunkline/failures';
import type { ChannelFeature } from '../../channel-feature';
import type { Parameter } from '../../openapi/openapi-document';
import type { Idempotency } from './idempotency';
import { idempotencyOption, type IdempotencyOption, toIdempotencySettings } from './idempotency-options';

type Options = {
  readonly idempotency?: IdempotencyOption | undefined;
};

type Dependencies = {
  readonly idempotency: Idempotency;
};

const KEY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A new key for each operation, the same key for each repetition of the request',
  schema: { type: 'string' },
} as const satisfies Parameter;

const CODES: readonly FailureCode[] = [
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_OUTCOME_UNKNOWN',
  'IDEMPOTENCY_ANSWER_NOT_KEPT',
];

/** Executes a request with an `Idempotency-Key` once, and replays its response. */
export const idempotency = {
  options: { idempotency: idempotencyOption.optional() },
  findProblems: ({ method, idempotency: option = 'off' }) =>
    method === 'GET' && option !== 'off' ? [{ key: 'idempotency', message: NOT_FOR_GET }] : [],
  aroundInvoke(next, channel, dependencies) {
    const settings = toIdempotencySettings(channel.options.idempotency);
    return settings ? dependencies.idempotency.wrap(next, channel, settings) : next;
  },
  describe({ options }) {
    const settings = toIdempotencySettings(options.idempotency);
    if (!settings) return {};
    const { isRequired } = settings;
    return {
      parameters: [{ ...KEY_PARAMETER, required: isRequired }],
      codes: isRequired ? ['IDEMPOTENCY_KEY_REQUIRED', ...CODES] : CODES,
    };
  },
} satisfies ChannelFeature<Options, Dependencies>;

const NOT_FOR_GET = 'expected no `idempotency`: a GET changes nothing and can be repeated without a key';
