import type { JsonSchema } from '@trunkline/service';
import { isRecord } from '@trunkline/failures';
import type { Examples, Parameter } from '../openapi-document';
import type { PlacedOperation } from './placed-operation';

/** Formats the curl command of an operation, with the first example or generated values for required members. */
export function formatCurl({ method, path, operation, document }: PlacedOperation): string {
  const { parameters = [], requestBody } = operation;
  const generateValue = (schema: JsonSchema) => createExample(schema, document.components.schemas, 0);
  const required = parameters.filter((parameter) => parameter.required);
  const inPath = required.filter(({ in: place }) => place === 'path');
  const getValue = ({ schema = {}, examples }: ExampleSource) => findFirstExample(examples) ?? generateValue(schema);
  const filled = inPath.reduce((url, shown) => url.replace(`{${shown.name}}`, encodeValue(getValue(shown))), path);
  const query = required
    .filter(({ in: place }) => place === 'query')
    .map((shown) => formatQueryParameter(shown, getValue(shown)));
  const body = requestBody?.content['application/json'];
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} 'http://localhost${filled}${query.length > 0 ? '?' : ''}${query.join('&')}'`,
    ...required.filter(({ in: place }) => place === 'header').map(({ name }) => `  -H '${name}: …'`),
    ...(body ? [`  -H 'content-type: application/json'`, `  -d '${JSON.stringify(getValue(body))}'`] : []),
  ].join(' \\\n');
}

const SEPARATORS: Readonly<Record<string, string>> = { form: ',', spaceDelimited: '%20', pipeDelimited: '%7C' };

/** Formats a value in the style of its parameter. */
function formatQueryParameter({ name, style = 'form', explode = style === 'form' }: Parameter, value: unknown): string {
  const key = encodeURIComponent(name);
  const formatPair = (suffix: string, each: unknown) => `${key}${encodeURIComponent(suffix)}=${encodeValue(each)}`;
  if (isRecord(value))
    return Object.entries(value)
      .map(([member, each]) => formatPair(`[${member}]`, each))
      .join('&');
  if (!Array.isArray(value)) return formatPair('', value);
  if (explode) return value.map((each: unknown) => formatPair('', each)).join('&');
  return `${key}=${value.map(encodeValue).join(SEPARATORS[style])}`;
}

/** A parameter or body with a schema and perhaps examples. */
interface ExampleSource {
  readonly schema?: JsonSchema;
  readonly examples?: Examples;
}

function findFirstExample(examples: Examples = {}): unknown {
  return Object.values(examples)[0]?.value;
}

function encodeValue(value: unknown): string {
  return encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value));
}

const MAX_DEPTH = 5;
const EXAMPLES_BY_TYPE: Readonly<Record<string, unknown>> = {
  string: 'text',
  integer: 1,
  number: 1,
  boolean: true,
  null: null,
};

/** Generates a value that fits a schema well enough for documentation. */
function createExample(schema: JsonSchema, named: Readonly<Record<string, JsonSchema>>, depth: number): unknown {
  const { $ref, properties, required = [], items } = schema;
  if (depth > MAX_DEPTH) return {};
  const below = (other: JsonSchema = {}) => createExample(other, named, depth + 1);
  if ($ref !== undefined) return below(named[$ref.split('/').at(-1) ?? '']);
  if (properties) return Object.fromEntries(required.map((name) => [name, below(properties[name])]));
  if (items) return [below(items)];
  const choice = findFirstChoice(schema);
  return choice ? below(choice) : createScalarExample(schema);
}

function findFirstChoice({ anyOf = [], oneOf = [], allOf = [] }: JsonSchema): JsonSchema | undefined {
  return [...anyOf, ...oneOf, ...allOf][0];
}

function createScalarExample({ type, minimum, ...schema }: JsonSchema): unknown {
  const [only] = schema.enum ?? ('const' in schema ? [schema['const']] : []);
  if (only !== undefined) return only;
  if (typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER) return minimum;
  return EXAMPLES_BY_TYPE[[type].flat()[0] ?? ''] ?? {};
}
