import { type JsonSchema, jsonSchemaOf } from '@trunkline/service';
import { placeholdersOf } from '../channel';
import type { Components } from './components';
import { pascalCase } from './component-name';
import { type DescribedChannel, takesBody } from './described-channel';
import { bodyExamples, memberExamples } from './examples';
import { type Members, membersOf, withoutMembers } from './members';
import type { Operation, Parameter } from './openapi-document';

/** What a request of a channel is made of. */
export type RequestShape = Pick<Operation, 'parameters' | 'requestBody'>;

/**
 * What the declared input makes of a request: placeholders stand in the path, all other members in the query of a GET or DELETE,
 * and in the JSON body of the others.
 *
 * @param path - as the document has it; its placeholders may be called otherwise than the channel's
 */
export function requestShape(channel: DescribedChannel, path: string, components: Components): RequestShape {
  const placeholders = placeholdersOf(channel.path);
  const input = inputOf(channel, components);
  const { properties, required } = input ? membersOf(input, components) : NO_MEMBERS;
  const inPath = placeholdersOf(path).map((name, index): Parameter => {
    const member = placeholders[index] ?? name;
    const schema = properties.get(member) ?? { type: 'string' };
    return { ...parameter(name, 'path', { isRequired: true, schema }), ...memberExamples(channel, member) };
  });
  const inQuery = takesBody(channel)
    ? []
    : [...properties]
        .filter(([name, schema]) => !placeholders.includes(name) && isWritable(schema, components))
        .map(([name, schema]) => ({
          ...parameter(name, 'query', { isRequired: required.has(name), schema }),
          ...memberExamples(channel, name),
        }));
  const parameters = [...inPath, ...inQuery, ...headersOf(channel)];
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(takesBody(channel) && bodyOf(input, { channel, placeholders, components })),
  };
}

const NO_MEMBERS: Members = { properties: new Map(), required: new Set() };

/** A query has no way to write an object. */
function isWritable(schema: JsonSchema, components: Components): boolean {
  return components.resolve(schema).type !== 'object';
}

function inputOf({ name, service }: DescribedChannel, names: Components): JsonSchema | undefined {
  if (service.input === undefined) return undefined;
  return jsonSchemaOf(service.input, { direction: 'input', name: pascalCase(name), names });
}

function parameter(
  name: string,
  place: Parameter['in'],
  { isRequired, schema }: { readonly isRequired: boolean; readonly schema: JsonSchema },
): Parameter {
  return { name, in: place, required: isRequired, schema: withoutNull(schema) };
}

/** There is no way to write `null` in a path or a query. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf, ...rest } = schema;
  if (Array.isArray(type)) return { ...rest, type: type.filter((each) => each !== 'null')[0] };
  const [only, ...others] = anyOf?.filter((each) => each.type !== 'null') ?? [];
  return only && others.length === 0 ? { ...rest, ...only } : schema;
}

/** Headers by which clients say how they want to be served. */
const HEADERS = {
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'A new one for each thing to be done, the same one when the request is repeated',
    schema: { type: 'string' },
  },
  ifNoneMatch: { name: 'If-None-Match', in: 'header', required: false, schema: { type: 'string' } },
  prefer: {
    name: 'Prefer',
    in: 'header',
    required: false,
    description: 'respond-async, wait=N (RFC 7240)',
    schema: { type: 'string' },
  },
} as const satisfies Readonly<Record<string, Parameter>>;

function headersOf({ terms = {} }: DescribedChannel): readonly Parameter[] {
  const { idempotency, hasEtag = false, isAsync = false } = terms;
  return [
    ...(idempotency ? [{ ...HEADERS.idempotencyKey, required: idempotency === 'required' }] : []),
    ...(hasEtag ? [HEADERS.ifNoneMatch] : []),
    ...(isAsync ? [HEADERS.prefer] : []),
  ];
}

interface BodyParts {
  readonly channel: DescribedChannel;
  readonly placeholders: readonly string[];
  readonly components: Components;
}

function bodyOf(input: JsonSchema | undefined, parts: BodyParts): RequestShape {
  const examples = bodyExamples(parts.channel, parts.placeholders);
  const asJson = (schema: JsonSchema) => ({ 'application/json': { schema, ...examples } });
  if (!input) return { requestBody: { required: false, content: asJson({}) } };
  const schema = withoutPlaceholders(input, parts);
  const { type, properties, required } = parts.components.resolve(schema);
  const isNothing = type === 'object' && properties !== undefined && Object.keys(properties).length === 0;
  if (isNothing) return {};
  const isRequired = type !== 'object' || (required ?? []).length > 0;
  return { requestBody: { required: isRequired, content: asJson(schema) } };
}

/** What is in the path need not be in the body. */
function withoutPlaceholders(input: JsonSchema, { channel, placeholders, components }: BodyParts): JsonSchema {
  const schema = withoutMembers(input, new Set(placeholders), components);
  if (schema === input || Object.keys(schema.properties ?? { any: true }).length === 0) return schema;
  return components.define({ name: `${pascalCase(channel.name)}Body`, of: channel, direction: 'input' }, () => schema);
}
