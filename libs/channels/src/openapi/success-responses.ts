import { type JsonSchema, createJsonSchema } from '@trunkline/service';
import { toPascalCase } from './pascal-case';
import type { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { collectOutputExamples } from './examples';
import type { FeatureDescription } from './describe-features';
import type { Content, Examples, Response, Responses } from './openapi-document';
import { REQUEST_ID_HEADER } from './response-headers';

/** The response body for a published message. */
const PUBLICATION: JsonSchema = {
  type: 'object',
  description: 'A message published to a topic',
  properties: {
    topic: { type: 'string' },
    subscribers: { type: 'integer', minimum: 0, description: 'Number of subscribers with a job for it' },
  },
  required: ['topic', 'subscribers'],
};

/** Describes the successful responses of a channel. */
export function createSuccessResponses(
  channel: DescribedChannel,
  features: FeatureDescription,
  components: Components,
): Responses {
  if (Object.keys(features.insteadOfPayload).length > 0)
    return createFeatureResponses(features.insteadOfPayload, features, components);
  if (channel.options.topic !== undefined) return { '202': createPublishedResponse(features, components) };
  const headers = components.addHeaders({
    ...REQUEST_ID_HEADER,
    ...features.headers,
    ...features.payloadHeaders,
  });
  const content = createSuccessContent(channel, features, components);
  const createResponse = (description: string): Response => ({ description, headers, content });
  return {
    '200': { ...createResponse('Success.'), content: addExamples(content, collectOutputExamples(channel)) },
    ...(channel.service.output === undefined && { '204': { description: 'Success without a body.', headers } }),
    ...createFeatureResponses(features.responses, features, components),
    '2XX': createResponse('Success with another status that the service sets.'),
  };
}

function createFeatureResponses(
  responses: FeatureDescription['responses'],
  { headers }: FeatureDescription,
  components: Components,
): Responses {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const all = { ...REQUEST_ID_HEADER, ...response.headers, ...headers };
      return [status, { ...response, headers: components.addHeaders(all) }];
    }),
  );
}

function createPublishedResponse({ headers }: FeatureDescription, components: Components): Response {
  const schema = components.define(
    { name: 'Publication', source: PUBLICATION, direction: 'output' },
    () => PUBLICATION,
  );
  return {
    description: 'Published: each subscriber has its job.',
    headers: components.addHeaders({ ...REQUEST_ID_HEADER, ...headers }),
    content: { 'application/json': { schema } },
  };
}

/** JSON has the declared output; other media types are text or bytes, which clients must not parse. */
function createSuccessContent(
  { name, service }: DescribedChannel,
  { mediaTypes }: FeatureDescription,
  registry: Components,
): Content {
  const schema =
    service.output === undefined
      ? {}
      : createJsonSchema(service.output, { direction: 'output', name: toPascalCase(name), registry });
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: toMediaSchema(mediaType, schema) }]));
}

function toMediaSchema(mediaType: string, schema: JsonSchema): JsonSchema {
  if (isJson(mediaType)) return schema;
  return isText(mediaType) ? { type: 'string' } : { type: 'string', format: 'binary' };
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || /^application\/(?:.+\+)?(?:xml|yaml|x-ndjson)$/.test(mediaType);
}

function addExamples(content: Content, examples: { readonly examples?: Examples }): Content {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, body]) => [
      mediaType,
      isJson(mediaType) ? { ...body, ...examples } : body,
    ]),
  );
}

function isJson(mediaType: string): boolean {
  return mediaType === 'application/json' || mediaType.endsWith('+json');
}
