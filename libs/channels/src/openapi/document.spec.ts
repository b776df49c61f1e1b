import { ErrorCatalogue } from '@trunkline/failures';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { z } from 'zod';
import type { DescribedChannel } from './described-channel';
import { openApiDocument, type OpenApiParts } from './document';
import type { OpenApiDocument, Operation } from './openapi-document';

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

const SERVICE = { name: 'a.service' };

function channel(own: Partial<DescribedChannel>): DescribedChannel {
  return { name: 'things.read', method: 'GET', path: '/things', service: SERVICE, ...own };
}

function documentOf(channels: readonly DescribedChannel[], errors: Partial<OpenApiParts['errors']> = {}) {
  const defaults = { format: 'problem', validationStatus: 400 } as const;
  return openApiDocument({
    info: { title: 'shop', version: '2' },
    channels,
    errors: { ...defaults, security: {}, pagesAt: '/errors/', ...errors },
  });
}

function operationOf(own: Partial<DescribedChannel>, errors: Partial<OpenApiParts['errors']> = {}) {
  const described = channel(own);
  const document = documentOf([described], errors);
  const operation = document.paths[described.path]?.[described.method.toLowerCase()];
  if (!operation) throw new TypeError('the document does not have the channel');
  return { operation, document };
}

/** The codes that an answer names, read from what stands in the document. */
function codesIn(document: OpenApiDocument, operation: Operation, status: string): readonly string[] {
  const response = operation.responses[status];
  const name = response && '$ref' in response ? String(response.$ref.split('/').at(-1)) : '';
  return [...(document.components.responses[name]?.description ?? '').matchAll(/`(\w+)`/g)].map(
    ([, code = '']) => code,
  );
}

describe('the description of a request', () => {
  it('has placeholders in the path and all other members in the query, with their types', () => {
    const { operation } = operationOf({ path: '/things/{id}', service: { ...SERVICE, input: Page } });

    expect(operation.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'page', in: 'query', required: false, schema: { type: 'integer', minimum: 1 } },
      { name: 'note', in: 'query', required: true, schema: { type: 'string' } },
    ]);
    expect(operation.requestBody).toBeUndefined();
  });

  it('has the members that are not in the path in the body of a POST', () => {
    const own = { method: 'POST', path: '/things/{id}', service: { ...SERVICE, input: Page } };
    const { operation, document } = operationOf(own);

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

  it('has no body where the path takes all of the input', () => {
    const { operation } = operationOf({ method: 'PUT', path: '/things/{id}', service: { ...SERVICE, input: 'id' } });

    expect(operation.requestBody).toBeUndefined();
  });

  it('takes any body where no input is declared', () => {
    const { operation } = operationOf({ method: 'POST' });

    expect(operation.requestBody).toEqual({ required: false, content: { 'application/json': { schema: {} } } });
  });

  it('is written once for a class that several channels take', () => {
    const service = { ...SERVICE, input: Page };
    const channels = ['/a', '/b'].map((path) => channel({ name: path, method: 'POST', path, service }));

    expect(Object.keys(documentOf(channels).components.schemas)).toEqual(['Page', 'Problem']);
  });

  it('is under one path where only the names of placeholders differ', () => {
    const input = 'thing_id';
    const { paths } = documentOf([
      channel({ path: '/things/{id}' }),
      channel({ name: 'b', method: 'PUT', path: '/things/{thing_id}', service: { ...SERVICE, input } }),
    ]);

    expect(Object.keys(paths)[0]).toBe('/things/{id}');
    expect(paths['/things/{id}']?.['put']?.parameters).toMatchObject([{ name: 'id', schema: { minLength: 1 } }]);
  });
});

describe('the description of answers', () => {
  it('has the declared output, and no 204 then', () => {
    const { operation, document } = operationOf({ service: { ...SERVICE, output: z.object({ id: z.string() }) } });

    expect(operation.responses['200']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingsReadOutput' } } },
    });
    expect(operation.responses).not.toHaveProperty('204');
    expect(document.components.schemas['ThingsReadOutput']).toMatchObject({ required: ['id'] });
  });

  it('names the errors that a service declares before all others of their status', () => {
    const errors = { OUT_OF_STOCK: { status: 409, title: 'Out of stock' } };
    const { operation, document } = operationOf({ service: { ...SERVICE, errors } });

    expect(codesIn(document, operation, '409')).toEqual(['OUT_OF_STOCK', 'CONFLICT', 'UPSTREAM_CONFLICT']);
    expect(codesIn(document, operation, 'default')).not.toContain('CONFLICT');
  });

  it('has errors for bodies only where there are bodies', () => {
    expect(Object.keys(operationOf({}).operation.responses)).not.toContain('413');
    expect(Object.keys(operationOf({ method: 'POST' }).operation.responses)).toEqual(
      expect.arrayContaining(['413', '415']),
    );
  });

  it('says where validation failures are, as the bus is configured', () => {
    const own = { service: { ...SERVICE, input: 'id' } };
    const { operation, document } = operationOf(own, { validationStatus: 422 });

    expect(codesIn(document, operation, '422')).toContain('VALIDATION_FAILED');
    expect(codesIn(document, operation, '400')).not.toContain('VALIDATION_FAILED');
  });

  it.each([
    ['problem', 'application/problem+json', 'RESOURCE_NOT_FOUND'],
    ['envelope', 'application/json', 'RESOURCE_NOT_FOUND'],
    ['flat', 'application/json', 'resource_not_found'],
  ] as const)('has errors in the format of the channel: %s', (errors, mediaType, code) => {
    const { document } = operationOf({ path: '/things/{id}', errors });
    const notFound = Object.entries(document.components.responses).filter(([, { content = {} }]) =>
      JSON.stringify(content[mediaType] ?? '').includes(`"${code}"`),
    );

    expect(notFound).not.toEqual([]);
  });

  it('leaves no error out that a client of a channel can get', () => {
    const security = {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    } as const;
    const { operation, document } = operationOf(
      {
        method: 'POST',
        path: '/things/{id}',
        terms: { security: ['key', 'token'], scopes: ['a'], isRateLimited: true, idempotency: 'required' },
      },
      { security },
    );

    const all = Object.keys(operation.responses).flatMap((status) => codesIn(document, operation, status));

    expect(all.toSorted()).toEqual(
      new ErrorCatalogue()
        .list()
        .map(({ code }) => code)
        // Of requests that no channel takes, of jobs, and of clients that are gone.
        .filter((code) => !['ROUTE_NOT_FOUND', 'JOB_NOT_FOUND', 'CLIENT_CLOSED'].includes(code)),
    );
  });
});

describe('the description of what a channel asks', () => {
  const security = {
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    theirs: { type: 'http', scheme: 'bearer' },
  } as const;

  it('has the security definitions that channels name, and no others', () => {
    const { operation, document } = operationOf(
      { terms: { security: ['key', 'token'], scopes: ['read'] } },
      { security },
    );

    expect(operation.security).toEqual([{ key: ['read'] }, { token: ['read'] }]);
    expect(document.components.securitySchemes).toEqual({
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    });
  });

  it('has the codes of credentials that can be wrong', () => {
    const { operation, document } = operationOf({ terms: { security: ['key'], scopes: ['read'] } }, { security });

    expect(codesIn(document, operation, '401')).toEqual([
      'AUTH_REQUIRED',
      'INVALID_AUTH_HEADER',
      'INVALID_CREDENTIALS',
    ]);
    expect(codesIn(document, operation, '403')).toEqual(['FORBIDDEN']);
  });

  it('has the header and the codes of idempotency', () => {
    const { operation, document } = operationOf({ method: 'POST', terms: { idempotency: 'required' } });

    expect(operation.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header', required: true }]);
    expect(codesIn(document, operation, '400')).toContain('IDEMPOTENCY_KEY_REQUIRED');
    expect(codesIn(document, operation, '409')).toContain('IDEMPOTENCY_IN_PROGRESS');
    expect(codesIn(document, operation, '422')).toContain('IDEMPOTENCY_KEY_REUSED');
  });

  it('says of jobs that they are accepted, and where to ask for them', () => {
    const { operation, document } = operationOf({ terms: { isAsync: true, security: ['key'] } }, { security });

    expect(operation.responses).toHaveProperty('202.headers.Location');
    expect(document.paths['/jobs/{id}']?.['get']).toMatchObject({ security: [{ key: [] }] });
  });

  it('names the headers that tell of limits, and those that let pages read an answer', () => {
    const { operation, document } = operationOf({ terms: { isRateLimited: true, hasCors: true } });
    const refusal = document.components.responses?.['Problem429'];

    for (const answer of [operation.responses['200'], refusal]) {
      expect(answer).toHaveProperty('headers.RateLimit');
      expect(answer).toHaveProperty('headers.X-RateLimit-Remaining');
      expect(answer).toHaveProperty('headers.Access-Control-Expose-Headers');
    }
    expect(document.components.headers).toHaveProperty('RateLimit-Policy.description');
    expect(operationOf({}).operation.responses).not.toHaveProperty('200.headers.RateLimit');
  });

  it('says of limits that they may be met, and of states that they have names', () => {
    expect(operationOf({ terms: { isRateLimited: true } }).operation.responses).toHaveProperty('429');
    expect(operationOf({ terms: { hasEtag: true } }).operation.responses).toHaveProperty('304');
    expect(operationOf({ terms: { deprecated: { since: '2027-01-31' } } }).operation).toMatchObject({
      deprecated: true,
      description: 'Deprecated since 2027-01-31.',
    });
  });
});
