import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { channelFeatures, type FeatureOptions } from './features';
import type { ChannelFeature } from './channel-feature';
import { createDescribedChannel } from './openapi/openapi-document.fixture';
import { Components } from './openapi/components';
import { describeFeatures } from './openapi/describe-features';
import { coreOptions } from './http/channel-options';
import { restChannelOptions } from './kinds/rest/kind';

type Feature = ChannelFeature<FeatureOptions, never>;

const DIRECTORY = join(__dirname, 'features');

/** The folder of each feature. */
const folders = new Map<unknown, string>(
  readdirSync(DIRECTORY)
    .filter((folder) => existsSync(join(DIRECTORY, folder, 'feature.ts')))
    .flatMap((folder) => Object.values(requireFeature(folder)).map((feature) => [feature, folder] as const)),
);

function requireFeature(folder: string): object {
  // oxlint-disable-next-line typescript/no-require-imports -- the folders are not known beforehand
  const loaded: unknown = require(join(DIRECTORY, folder, 'feature'));
  return Object(loaded) as object;
}

describe('the features of channels', () => {
  it('are the steps of a request, in this order', () => {
    expect(channelFeatures.map((feature) => folders.get(feature))).toEqual([
      'maintenance',
      'deprecation',
      'cors',
      'authentication',
      'rate-limit',
      'negotiation',
      'preconditions',
      'query',
      'unknown-members',
      'body-budget',
      'raw-body',
      'uploads',
      'idempotency',
      'async',
      'streams',
      'etag',
      'compression',
    ]);
  });

  it('are the folders of `features/`, once each', () => {
    expect([...folders.values()].toSorted()).toEqual(readdirSync(DIRECTORY).toSorted());
    expect(channelFeatures).toHaveLength(folders.size);
  });

  it('have all configuration keys of a channel except those of its route, destination and documentation', () => {
    const keys = channelFeatures.flatMap(({ options }) => Object.keys(options));

    expect(Object.keys(restChannelOptions.shape)).toEqual([...Object.keys(coreOptions), ...keys]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are ordered: first the steps before the body, then those around the invocation', () => {
    const before = channelFeatures.filter(({ onRequest }) => onRequest);
    const around = channelFeatures.filter(({ aroundInvoke }) => aroundInvoke);

    const steps = channelFeatures.filter(({ onRequest, aroundInvoke }) => onRequest ?? aroundInvoke);
    expect(steps).toEqual([...before, ...around]);
  });
});

describe('the description of a channel', () => {
  const channel = createDescribedChannel({
    method: 'POST',
    path: '/things',
    deprecated: { since: '2027-01-31' },
    cors: { origins: ['*'] },
    security: 'key',
    scopes: ['read'],
    rateLimit: { limit: 1, per: '1m' },
    idempotency: 'required',
    async: 'optional',
  });
  const context = {
    components: new Components(),
    security: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } as const,
  };

  it.each([
    ['maintenance', { codes: ['MAINTENANCE'] }],
    ['deprecation', { isDeprecated: true, notes: ['Deprecated since 2027-01-31.'] }],
    ['cors', { headers: ['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers'] }],
    [
      'authentication',
      {
        security: [{ key: ['read'] }],
        codes: ['AUTH_REQUIRED', 'INVALID_AUTH_HEADER', 'INVALID_CREDENTIALS', 'FORBIDDEN'],
      },
    ],
    [
      'rate-limit',
      {
        headers: ['RateLimit', 'RateLimit-Policy', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
        codes: ['RATE_LIMIT_EXCEEDED'],
      },
    ],
    ['negotiation', { codes: ['NOT_ACCEPTABLE', 'UNSUPPORTED_MEDIA_TYPE'] }],
    ['preconditions', {}],
    ['body-budget', { codes: ['MALFORMED_BODY', 'CONTENT_TOO_LARGE'] }],
    [
      'idempotency',
      {
        parameters: ['Idempotency-Key'],
        codes: [
          'IDEMPOTENCY_KEY_REQUIRED',
          'IDEMPOTENCY_KEY_REUSED',
          'IDEMPOTENCY_IN_PROGRESS',
          'IDEMPOTENCY_OUTCOME_UNKNOWN',
          'IDEMPOTENCY_ANSWER_NOT_KEPT',
        ],
      },
    ],
    ['async', { parameters: ['Prefer'], responses: ['202'] }],
    ['streams', {}],
    ['etag', {}],
    ['compression', {}],
  ])('has the part of %s', (folder, part) => {
    expect(summarize(findFeature(folder))).toEqual(part);
  });

  it('has the parts of its features, in their order, and no others', () => {
    const all = describeFeatures(channel, context);

    expect(all.codes).toEqual(channelFeatures.flatMap((feature) => summarize(feature).codes ?? []));
    expect(all.parameters.map(({ name }) => name)).toEqual(['Idempotency-Key', 'Prefer']);
    expect(Object.keys(all.responses)).toEqual(['202']);
  });

  it('has the parameter, the header and the response of etag for a GET', () => {
    const etag = findFeature('etag').describe?.(createDescribedChannel({ etag: true }), context);

    expect(etag).toMatchObject({
      parameters: [{ name: 'If-None-Match' }, { name: 'If-Modified-Since' }],
      payloadHeaders: { ETag: {} },
      responses: { '304': {} },
    });
  });

  it('has the parameters and failures of preconditions for a change', () => {
    const required = createDescribedChannel({ method: 'PUT', preconditions: 'required' });
    const part = findFeature('preconditions').describe?.(required, context);

    expect(part?.parameters?.map(({ name }) => name)).toEqual(['If-Match', 'If-None-Match', 'If-Unmodified-Since']);
    expect(part?.codes).toEqual(['PRECONDITION_FAILED', 'PRECONDITION_REQUIRED']);
  });

  it('has If-Match and its failure for a GET with tags that it can demand', () => {
    const part = findFeature('etag').describe?.(createDescribedChannel({ etag: 'strong' }), context);

    expect(part?.parameters?.map(({ name }) => name)).toEqual(['If-None-Match', 'If-Modified-Since', 'If-Match']);
    expect(part?.codes).toEqual(['PRECONDITION_FAILED']);
  });

  /** The part of one feature, with the names of headers, parameters and responses. */
  function summarize(feature: Feature) {
    const { headers, parameters, responses, ...part } = feature.describe?.(channel, context) ?? {};
    return {
      ...part,
      ...(headers && { headers: Object.keys(headers) }),
      ...(parameters && { parameters: parameters.map(({ name }) => name) }),
      ...(responses && { responses: Object.keys(responses) }),
    };
  }
});

function findFeature(folder: string): Feature {
  const feature = channelFeatures.find((each) => folders.get(each) === folder);
  if (!feature) throw new TypeError(`there is no feature ${folder}`);
  return feature;
}
