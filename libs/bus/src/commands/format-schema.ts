import { createJsonSchema, type JsonSchema, type ShapeDeclaration } from '@trunkline/service';

type StandardSchema = Extract<ShapeDeclaration, { readonly '~standard': unknown }>;

/** Formats the members of a schema in the notation of adapters in YAML: `sku, quantity: integer, -note`; a dash marks an optional one. */
export function formatSchema(declared: StandardSchema): string {
  const { properties, required = [] } = describe(declared);
  if (properties === undefined) return `${declared['~standard'].vendor} schema`;
  const members = Object.entries(properties).map(([name, { type }]) => {
    const typed = typeof type === 'string' && type !== 'string' ? `${name}: ${type}` : name;
    return required.includes(name) ? typed : `-${typed}`;
  });
  return members.join(', ');
}

/** The JSON Schema itself, and not a reference to it. */
function describe(declared: StandardSchema): JsonSchema {
  let root: JsonSchema | undefined;
  const registry = {
    define: (_named: unknown, create: (ref: string) => JsonSchema) => {
      const schema = create('#');
      root = schema;
      return schema;
    },
  };
  const described = createJsonSchema(declared, { direction: 'input', name: 'Service', registry });
  return root ?? described;
}
