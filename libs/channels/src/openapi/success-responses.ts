import { type JsonSchema, createJsonSchema } from '@trunkline/service';
import { toPascalCase } from './pascal-case';
import type { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { collectOutputExamples } from './examples';
import { createAcceptedResponse } from './job-paths';
import type { Content, Examples, Response, Responses } from './openapi-document';
import { listFeatureHeaders } from './response-headers';

/** What a channel says of a message that it has published. */
const PUBLICATION: JsonSchema = {
  type: 'object',
  description: 'A message that was published to a topic',
  properties: {
    topic: { type: 'string' },
    subscribers: { type: 'integer', minimum: 0, description: 'How many have a job for it' },
  },
  required: ['topic', 'subscribers'],
};

/** What a channel answers when all went well. */
export function createSuccessResponses(channel: DescribedChannel, components: Components): Responses {
  const { service, features } = channel;
  if (features?.isPublished === true) return { '202': createPublishedResponse(channel, components) };
  const headers = {
    ...components.addHeaders('X-Request-ID', ...listFeatureHeaders(features)),
    ...(features?.hasEtag === true && components.addHeaders('ETag')),
  };
  const content = createSuccessContent(channel, components);
  const answer = (description: string): Response => ({ description, headers, content });
  return {
    '200': { ...answer('Done.'), content: addExamples(content, collectOutputExamples(channel)) },
    ...(service.output === undefined && { '204': { description: 'Done; there is nothing to say.', headers } }),
    ...(features?.isAsync === true && { '202': createAcceptedResponse(channel, components) }),
    '2XX': answer('Done, with another status that the service sets.'),
    ...(features?.hasEtag === true && { '304': { description: 'As If-None-Match has it.', headers } }),
  };
}

function createPublishedResponse({ features }: DescribedChannel, components: Components): Response {
  const schema = components.define(
    { name: 'Publication', source: PUBLICATION, direction: 'output' },
    () => PUBLICATION,
  );
  return {
    description: 'Published: each subscriber has its job.',
    headers: components.addHeaders('X-Request-ID', ...listFeatureHeaders(features)),
    content: { 'application/json': { schema } },
  };
}

/** JSON is as the output is declared; other media types are text or bytes, which clients must not parse. */
function createSuccessContent(
  { name, service, produces = ['application/json'] }: DescribedChannel,
  registry: Components,
): Content {
  const schema =
    service.output === undefined
      ? {}
      : createJsonSchema(service.output, { direction: 'output', name: toPascalCase(name), registry });
  return Object.fromEntries(produces.map((mediaType) => [mediaType, { schema: toMediaSchema(mediaType, schema) }]));
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
