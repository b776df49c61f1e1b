import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { z } from 'zod';
import { createDescribedChannel, createDocument, createOperation, SERVICE } from './openapi-document.fixture';

class Page {
  @IsString()
  readonly id!: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  readonly page?: number;

  @IsString()
  readonly note!: string;
}

describe('the description of a request', () => {
  it('has placeholders in the path and all other members in the query, with their types', () => {
    const { operation } = createOperation({ path: '/things/{id}', service: { ...SERVICE, input: Page } });

    expect(operation.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'page', in: 'query', required: false, schema: { type: 'integer', minimum: 1 } },
      { name: 'note', in: 'query', required: true, schema: { type: 'string' } },
    ]);
    expect(operation.requestBody).toBeUndefined();
  });

  it('has the members that are not in the path in the body of a POST', () => {
    const own = { method: 'POST' as const, path: '/things/{id}', service: { ...SERVICE, input: Page } };
    const { operation, document } = createOperation(own);

    expect(operation.parameters).toMatchObject([{ name: 'id', in: 'path' }]);
    expect(operation.requestBody).toEqual({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingsReadBody' } } },
    });
    expect(document.components.schemas['ThingsReadBody']).toMatchObject({
      required: ['note'],
      additionalProperties: false,
    });
  });

  it('has no body if the path has all members of the input', () => {
    const { operation } = createOperation({
      method: 'PUT',
      path: '/things/{id}',
      service: { ...SERVICE, input: 'id' },
    });

    expect(operation.requestBody).toBeUndefined();
  });

  it('has any body without a declared input', () => {
    const { operation } = createOperation({ method: 'POST' });

    expect(operation.requestBody).toEqual({ required: false, content: { 'application/json': { schema: {} } } });
  });

  it('refers to one schema for a class that several channels use', () => {
    const service = { ...SERVICE, input: Page };
    const channels = ['/a', '/b'].map((path) => createDescribedChannel({ name: path, method: 'POST', path, service }));

    expect(Object.keys(createDocument(channels).components.schemas)).toEqual(['Page', 'Problem']);
  });

  it('is under one path if only the names of placeholders differ', () => {
    const input = 'thing_id';
    const { paths } = createDocument([
      createDescribedChannel({ path: '/things/{id}' }),
      createDescribedChannel({ name: 'b', method: 'PUT', path: '/things/{thing_id}', service: { ...SERVICE, input } }),
    ]);

    expect(Object.keys(paths)[0]).toBe('/things/{id}');
    expect(paths['/things/{id}']?.['put']?.parameters).toMatchObject([{ name: 'id', schema: { minLength: 1 } }]);
  });
});

const BY_KIND = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), id: z.string(), number: z.string() }),
  z.object({ kind: z.literal('cash'), id: z.string() }),
]);

describe('the description of an input with alternatives', () => {
  it('has the members of all of them in the query, and requires what all of them require', () => {
    const { operation } = createOperation({ service: { ...SERVICE, input: BY_KIND } });

    expect(operation.parameters?.map(({ name, required }) => [name, required])).toEqual([
      ['kind', true],
      ['id', true],
      ['number', false],
    ]);
    expect(operation.parameters?.[0]?.schema).toEqual({
      anyOf: [
        { type: 'string', const: 'card' },
        { type: 'string', const: 'cash' },
      ],
    });
  });

  it('has no member in the body that is in the path', () => {
    const own = { method: 'POST' as const, path: '/payments/{id}', service: { ...SERVICE, input: BY_KIND } };
    const { document } = createOperation(own);

    expect(document.components.schemas['ThingsReadBody']?.oneOf).toMatchObject([
      { required: ['kind', 'number'] },
      { required: ['kind'] },
    ]);
  });

  it('has no parameter for an object, which a query cannot represent', () => {
    const input = z.object({ filter: z.object({ a: z.string() }).optional(), page: z.string() });

    expect(createOperation({ service: { ...SERVICE, input } }).operation.parameters).toMatchObject([{ name: 'page' }]);
  });
});

describe('examples of a channel', () => {
  const examples = { first: { summary: 'One', input: { id: 'a', note: 'b' }, output: { ok: true } } };

  it('are in the parameters, by member', () => {
    const { operation } = createOperation({ path: '/things/{id}', service: { ...SERVICE, input: Page }, examples });

    expect(operation.parameters).toMatchObject([
      { name: 'id', examples: { first: { summary: 'One', value: 'a' } } },
      { name: 'page' },
      { name: 'note', examples: { first: { value: 'b' } } },
    ]);
    expect(operation.parameters?.[1]).not.toHaveProperty('examples');
  });

  it('are in the body, without the members in the path, and in the response', () => {
    const own = { method: 'POST' as const, path: '/things/{id}', service: { ...SERVICE, input: Page }, examples };
    const { operation } = createOperation(own);
    const json = 'application/json';

    expect(operation.requestBody?.content[json]?.examples).toEqual({ first: { summary: 'One', value: { note: 'b' } } });
    expect(operation.responses['200']).toMatchObject({
      content: { [json]: { examples: { first: { value: { ok: true } } } } },
    });
  });
});
