import { type JsonSchema, jsonSchemaOf } from '@trunkline/service';
import { pascalCase } from './component-name';
import type { Components } from './components';
import type { DescribedChannel } from './described-channel';
import { outputExamples } from './examples';
import { acceptedAsJob } from './job-paths';
import type { Content, Examples, Response, Responses } from './openapi-document';
import { headersByTerms } from './response-headers';

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
export function successResponses(channel: DescribedChannel, components: Components): Responses {
  const { service, terms } = channel;
  if (terms?.isPublished === true) return { '202': published(channel, components) };
  const headers = {
    ...components.headersOf('X-Request-ID', ...headersByTerms(terms)),
    ...(terms?.hasEtag === true && components.headersOf('ETag')),
  };
  const content = contentOf(channel, components);
  const answer = (description: string): Response => ({ description, headers, content });
  return {
    '200': { ...answer('Done.'), content: withExamples(content, outputExamples(channel)) },
    ...(service.output === undefined && { '204': { description: 'Done; there is nothing to say.', headers } }),
    ...(terms?.isAsync === true && { '202': acceptedAsJob(channel, components) }),
    '2XX': answer('Done, with another status that the service sets.'),
    ...(terms?.hasEtag === true && { '304': { description: 'As If-None-Match has it.', headers } }),
  };
}

function published({ terms }: DescribedChannel, components: Components): Response {
  const schema = components.define({ name: 'Publication', of: PUBLICATION, direction: 'output' }, () => PUBLICATION);
  return {
    description: 'Published: each subscriber has its job.',
    headers: components.headersOf('X-Request-ID', ...headersByTerms(terms)),
    content: { 'application/json': { schema } },
  };
}

/** JSON is as the output is declared; other media types are text or bytes, which clients must not parse. */
function contentOf({ name, service, produces = ['application/json'] }: DescribedChannel, names: Components): Content {
  const schema =
    service.output === undefined
      ? {}
      : jsonSchemaOf(service.output, { direction: 'output', name: pascalCase(name), names });
  return Object.fromEntries(produces.map((mediaType) => [mediaType, { schema: schemaOfMedia(mediaType, schema) }]));
}

function schemaOfMedia(mediaType: string, schema: JsonSchema): JsonSchema {
  if (isJson(mediaType)) return schema;
  return isText(mediaType) ? { type: 'string' } : { type: 'string', format: 'binary' };
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || /^application\/(?:.+\+)?(?:xml|yaml|x-ndjson)$/.test(mediaType);
}

function withExamples(content: Content, examples: { readonly examples?: Examples }): Content {
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
