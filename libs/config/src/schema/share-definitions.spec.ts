import type { JsonSchema } from './json-schema';
import { shareDefinitions } from './share-definitions';

const LONG =
  'A description that is long enough for a schema to be worth a definition of its own, in the document that editors read. '.repeat(
    2,
  );
const period: JsonSchema = { type: 'string', description: LONG };

describe('definitions of a JSON Schema', () => {
  it('have the schemas that occur several times, under the name of their key', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { keep: period, other: period, own: { type: 'string' } },
    };

    expect(shareDefinitions(schema)).toEqual({
      type: 'object',
      properties: { keep: { $ref: '#/$defs/keep' }, other: { $ref: '#/$defs/keep' }, own: { type: 'string' } },
      $defs: { keep: period },
    });
  });

  it('are not made of what occurs once in a repeated schema', () => {
    const limits: JsonSchema = { type: 'object', properties: { every: period } };

    const shared = shareDefinitions({ anyOf: [limits, limits] });

    expect(shared.$defs).toEqual({ root: limits });
  });

  it('refer to one another', () => {
    const limits: JsonSchema = { type: 'object', properties: { every: period } };

    const shared = shareDefinitions({ type: 'object', properties: { a: limits, b: limits, c: period } });

    expect(shared).toEqual({
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' }, b: { $ref: '#/$defs/a' }, c: { $ref: '#/$defs/every' } },
      $defs: { a: { ...limits, properties: { every: { $ref: '#/$defs/every' } } }, every: period },
    });
  });

  it('have different names for different schemas with the same key, and leave the names that are taken', () => {
    const number: JsonSchema = { type: 'number', description: LONG };
    const shared = shareDefinitions({
      type: 'object',
      properties: { a: { properties: { keep: period } }, b: { properties: { keep: number } } },
      anyOf: [{ items: period }, { items: number }],
      $defs: { keep: { type: 'null' } },
    });

    expect(shared.$defs).toEqual({ keep: { type: 'null' }, keep2: period, keep3: number });
  });

  it('have names that a reference needs not escape, and leave values alone that look like schemas', () => {
    const examples = [period, period];
    const shared = shareDefinitions({
      type: 'object',
      properties: { 'a/b~c': period, d: period, e: { default: period, examples } },
    });

    expect(shared.properties).toMatchObject({ 'a/b~c': { $ref: '#/$defs/a_b_c' }, e: { default: period, examples } });
  });
});
