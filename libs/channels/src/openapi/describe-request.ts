import { type JsonSchema, createJsonSchema } from '@trunkline/service';
import type { BodyFormat } from '../bodies/body-format';
import { json } from '../bodies/json/format';
import { listPlaceholders } from '../http/channel';
import type { Components } from './components';
import { toPascalCase } from './pascal-case';
import { type DescribedChannel, hasBody } from './described-channel';
import type { FeatureDescription } from './describe-features';
import { collectBodyExamples, collectMemberExamples } from './examples';
import { type Members, collectMembers, removeMembers } from './schema-members';
import type { Operation, Parameter } from './openapi-document';

/** The members of an operation that describe its request. */
export type DescribedRequest = Pick<Operation, 'parameters' | 'requestBody'>;

interface RequestContext {
  readonly features: FeatureDescription;
  readonly components: Components;
}

/**
 * Describes the request of a channel from the declared input: placeholders in the path, all other members in the query of a GET or
 * DELETE and in the JSON body of other methods.
 *
 * @param path - the path in the document; its placeholders may have other names than those of the channel
 */
export function describeRequest(
  channel: DescribedChannel,
  path: string,
  { features, components }: RequestContext,
): DescribedRequest {
  const placeholders = listPlaceholders(channel.options.path);
  const input = createInputSchema(channel, components);
  const { properties, required } = input ? collectMembers(input, components) : NO_MEMBERS;
  const inPath = listPlaceholders(path).map((name, index): Parameter => {
    const member = placeholders[index] ?? name;
    const schema = properties.get(member) ?? { type: 'string' };
    return {
      ...createParameter(name, 'path', { isRequired: true, schema }),
      ...collectMemberExamples(channel, member),
    };
  });
  const inQuery = hasBody(channel)
    ? []
    : [...properties]
        .filter(
          ([name, schema]) => !placeholders.includes(name) && isQueryValue(name, schema, { features, components }),
        )
        .map(([name, schema]) => {
          const { nameSuffix = '', ...style } = features.queryStyles.get(name) ?? {};
          return {
            ...createParameter(name + nameSuffix, 'query', { isRequired: required.has(name), schema }),
            ...style,
            ...collectMemberExamples(channel, name),
          };
        });
  const parameters = [...inPath, ...inQuery, ...features.parameters];
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody(channel) && describeBody(input, { channel, placeholders, components, formats: features.bodyFormats })),
  };
}

const NO_MEMBERS: Members = { properties: new Map(), required: new Set() };

/** A query can represent an object in one notation only. */
function isQueryValue(name: string, schema: JsonSchema, { features, components }: RequestContext): boolean {
  return features.queryStyles.get(name)?.style === 'deepObject' || components.resolve(schema).type !== 'object';
}

function createInputSchema({ name, service }: DescribedChannel, registry: Components): JsonSchema | undefined {
  if (service.input === undefined) return undefined;
  return createJsonSchema(service.input, { direction: 'input', name: toPascalCase(name), registry });
}

function createParameter(
  name: string,
  location: Parameter['in'],
  { isRequired, schema }: { readonly isRequired: boolean; readonly schema: JsonSchema },
): Parameter {
  return { name, in: location, required: isRequired, schema: removeNull(schema) };
}

/** Paths and queries cannot represent `null`. */
function removeNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf, ...rest } = schema;
  if (Array.isArray(type)) return { ...rest, type: type.filter((each) => each !== 'null')[0] };
  const [only, ...others] = anyOf?.filter((each) => each.type !== 'null') ?? [];
  return only && others.length === 0 ? { ...rest, ...only } : schema;
}

interface BodyContext {
  readonly channel: DescribedChannel;
  readonly placeholders: readonly string[];
  readonly components: Components;
  /** Empty: JSON. */
  readonly formats: readonly BodyFormat[];
}

function describeBody(input: JsonSchema | undefined, parts: BodyContext): DescribedRequest {
  const examples = collectBodyExamples(parts.channel, parts.placeholders);
  const formats = parts.formats.length === 0 ? [json] : parts.formats;
  const createContent = (schema: JsonSchema) =>
    Object.fromEntries(
      formats.flatMap((format) =>
        format.mediaTypes.map((type) => [type, { schema: format.describe(schema), ...(format === json && examples) }]),
      ),
    );
  if (!input) return { requestBody: { required: false, content: createContent({}) } };
  const schema = removePlaceholders(input, parts);
  const { type, properties, required } = parts.components.resolve(schema);
  const isEmpty = type === 'object' && properties !== undefined && Object.keys(properties).length === 0;
  if (isEmpty && formats.every((format) => format.input !== 'whole')) return {};
  const isRequired = type !== 'object' || (required ?? []).length > 0;
  return { requestBody: { required: isRequired, content: createContent(schema) } };
}

/** Removes the members that are in the path. */
function removePlaceholders(input: JsonSchema, { channel, placeholders, components }: BodyContext): JsonSchema {
  const schema = removeMembers(input, new Set(placeholders), components);
  if (schema === input || Object.keys(schema.properties ?? { any: true }).length === 0) return schema;
  return components.define(
    { name: `${toPascalCase(channel.name)}Body`, source: channel, direction: 'input' },
    () => schema,
  );
}
