import type { JsonSchema } from '@trunkline/service';
import type { Examples } from '../openapi-document';
import type { PlacedOperation } from './operation-section';

/** The command that calls the operation from a shell, with the first example, or made-up values, for what is required. */
export function curlOf({ method, path, operation, document }: PlacedOperation): string {
  const { parameters = [], requestBody } = operation;
  const schemaOf = (schema: JsonSchema) => exampleOf(schema, document.components.schemas, 0);
  const required = parameters.filter((parameter) => parameter.required);
  const inPath = required.filter(({ in: place }) => place === 'path');
  const valueOf = ({ schema = {}, examples }: Shown) => firstExample(examples) ?? schemaOf(schema);
  const filled = inPath.reduce((url, shown) => url.replace(`{${shown.name}}`, textOf(valueOf(shown))), path);
  const query = required
    .filter(({ in: place }) => place === 'query')
    .map((shown) => `${encodeURIComponent(shown.name)}=${textOf(valueOf(shown))}`);
  const body = requestBody?.content['application/json'];
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} 'http://localhost${filled}${query.length > 0 ? '?' : ''}${query.join('&')}'`,
    ...required.filter(({ in: place }) => place === 'header').map(({ name }) => `  -H '${name}: …'`),
    ...(body ? [`  -H 'content-type: application/json'`, `  -d '${JSON.stringify(valueOf(body))}'`] : []),
  ].join(' \\\n');
}

/** What has a schema, and examples perhaps. */
interface Shown {
  readonly schema?: JsonSchema;
  readonly examples?: Examples;
}

function firstExample(examples: Examples = {}): unknown {
  return Object.values(examples)[0]?.value;
}

function textOf(value: unknown): string {
  return encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value));
}

const DEEPEST = 5;
const BY_TYPE: Readonly<Record<string, unknown>> = { string: 'text', integer: 1, number: 1, boolean: true, null: null };

/** A value that fits a schema well enough to be shown. */
function exampleOf(schema: JsonSchema, named: Readonly<Record<string, JsonSchema>>, depth: number): unknown {
  const { $ref, properties, required = [], items } = schema;
  if (depth > DEEPEST) return {};
  const below = (other: JsonSchema = {}) => exampleOf(other, named, depth + 1);
  if ($ref !== undefined) return below(named[$ref.split('/').at(-1) ?? '']);
  if (properties) return Object.fromEntries(required.map((name) => [name, below(properties[name])]));
  if (items) return [below(items)];
  const choice = firstChoice(schema);
  return choice ? below(choice) : plainExample(schema);
}

function firstChoice({ anyOf = [], oneOf = [], allOf = [] }: JsonSchema): JsonSchema | undefined {
  return [...anyOf, ...oneOf, ...allOf][0];
}

function plainExample({ type, minimum, ...schema }: JsonSchema): unknown {
  const [only] = schema.enum ?? ('const' in schema ? [schema['const']] : []);
  if (only !== undefined) return only;
  if (typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER) return minimum;
  return BY_TYPE[[type].flat()[0] ?? ''] ?? {};
}
