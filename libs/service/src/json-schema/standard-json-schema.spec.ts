import { z } from 'zod';
import type { ShapeDeclaration } from '../declaration/declaration';
import { describeDeclaration, InMemorySchemaRegistry } from './in-memory-schema-registry.fixture';
import { createJsonSchema } from './create-json-schema';

describe('the JSON Schema of a Standard Schema', () => {
  const priced = z.object({ price: z.number().default(1), until: z.date().optional() });

  it('is the description by the schema itself, for input and output', () => {
    expect(describeDeclaration(priced, 'input').schemas['ThingInput']).toMatchObject({
      properties: { price: { type: 'number', default: 1 }, until: {} },
    });
    expect(describeDeclaration(priced, 'output').schemas['ThingOutput']).toMatchObject({ required: ['price'] });
  });

  it('refers to itself by its registered name', () => {
    const tree = z.object({
      get children() {
        return z.array(tree);
      },
    });

    expect(describeDeclaration(tree).schemas['ThingInput']?.properties?.['children']).toEqual({
      type: 'array',
      items: { $ref: '#/kept/ThingInput' },
    });
  });

  it('registers definitions by their ids, once for all references', () => {
    const address = z.object({ city: z.string() }).meta({ id: 'Address' });
    const registry = new InMemorySchemaRegistry();
    const describe = (schema: ShapeDeclaration, name: string) =>
      createJsonSchema(schema, { direction: 'input', name, registry });

    const whole = describe(address, 'Whole');
    describe(z.object({ home: address, work: address }), 'Person');

    expect(whole).toEqual({ $ref: '#/kept/Address' });
    expect(Object.keys(registry.schemas)).toEqual(['Address', 'PersonInput']);
    expect(registry.schemas['PersonInput']?.properties?.['work']).toEqual({ $ref: '#/kept/Address' });
    expect(JSON.stringify(registry.schemas)).not.toContain('$defs');
  });

  it('names recursive parts after their member', () => {
    const node = z.object({
      get below() {
        return z.array(node);
      },
    });

    const { schemas } = describeDeclaration(z.object({ root: node }));

    expect(schemas['ThingInput']?.properties?.['root']).toEqual({ $ref: '#/kept/ThingInputRoot' });
    expect(schemas['ThingInputRoot']?.properties?.['below']?.items).toEqual({ $ref: '#/kept/ThingInputRoot' });
  });

  it('does not require input members that the schema fills in', () => {
    const filled = z.object({
      caught: z.number().catch(1),
      preprocessed: z.preprocess((value) => value ?? 1, z.number()),
      needed: z.string(),
      needed_too: z.string(),
    });

    expect(describeDeclaration(filled).schemas['ThingInput']?.required).toEqual(['needed', 'needed_too']);
  });

  it('requires the members that a schema declares, if it stops at the first issue', () => {
    const failFast = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: () => ({ issues: [{ message: 'a is missing', path: ['a'] }] }),
        jsonSchema: { input: () => ({ type: 'object', required: ['a', 'b'] }) },
      },
    } as const;

    expect(describeDeclaration(failFast).schemas['ThingInput']?.required).toEqual(['a', 'b']);
  });

  it('omits patterns that readers of JSON Schema cannot compile', () => {
    const { schemas } = describeDeclaration(
      z.object({ code: z.string().regex(new RegExp(String.raw`a\-b`)), id: z.string().regex(/^[a-z]+$/) }),
    );

    expect(schemas['ThingInput']?.properties).toMatchObject({ id: { pattern: '^[a-z]+$' } });
    expect(schemas['ThingInput']?.properties?.['code']).toEqual({ type: 'string' });
  });

  it('keeps values that look like schemas unchanged', () => {
    const value = { $ref: '#/$defs/Address', $defs: {} };

    const { schemas } = describeDeclaration(z.object({ a: z.unknown().meta({ examples: [value] }) }));

    expect(schemas['ThingInput']?.properties?.['a']).toEqual({ examples: [value] });
  });

  it('accepts anything when the schema does not describe itself', () => {
    const silent = { '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }) } } as const;

    expect(describeDeclaration(silent).schema).toEqual({});
  });
});
