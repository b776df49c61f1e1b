import { ErrorCatalogue } from '@trunkline/failures';
import { z } from 'zod';
import { createOperation, SERVICE } from './openapi-document.fixture';
import type { OpenApiDocument, Operation } from './openapi-document';

const RATE_LIMIT = { limit: 1, per: '1m' };

/** The codes in the description of a response. */
function codesIn(document: OpenApiDocument, operation: Operation, status: string): readonly string[] {
  const response = operation.responses[status];
  const name = response && '$ref' in response ? String(response.$ref.split('/').at(-1)) : '';
  return [...(document.components.responses[name]?.description ?? '').matchAll(/`(\w+)`/g)].map(
    ([, code = '']) => code,
  );
}

describe('the responses of a channel', () => {
  it.each([
    ['text/csv', { type: 'string' }],
    ['application/xml', { type: 'string' }],
    ['application/pdf', { type: 'string', format: 'binary' }],
  ])('are text or bytes if they are not JSON: %s', (mediaType, schema) => {
    const { operation } = createOperation({ produces: [mediaType] });

    expect(operation.responses['200']).toMatchObject({ content: { [mediaType]: { schema } } });
  });

  it.each(['problem', 'envelope', 'flat'] as const)('have errors with one schema: %s', (errors) => {
    const { operation, document } = createOperation({ errors });
    const name = String((operation.responses['default'] as { readonly $ref: string }).$ref.split('/').at(-1));

    expect(Object.values(document.components.responses[name]?.content ?? {})).toEqual([
      { schema: { allOf: [{ $ref: expect.any(String) as string }, expect.anything()] } },
    ]);
  });

  it('have the declared output, and no 204 with it', () => {
    const { operation, document } = createOperation({ service: { ...SERVICE, output: z.object({ id: z.string() }) } });

    expect(operation.responses['200']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingsReadOutput' } } },
    });
    expect(operation.responses).not.toHaveProperty('204');
    expect(document.components.schemas['ThingsReadOutput']).toMatchObject({ required: ['id'] });
  });

  it('list the errors that the service declares before others of their status', () => {
    const errors = { OUT_OF_STOCK: { status: 409, title: 'Out of stock' } };
    const { operation, document } = createOperation({ service: { ...SERVICE, errors } });

    expect(codesIn(document, operation, '409')).toEqual(['OUT_OF_STOCK', 'CONFLICT', 'UPSTREAM_CONFLICT']);
    expect(codesIn(document, operation, 'default')).not.toContain('CONFLICT');
  });

  it('have errors of bodies only for methods with a body', () => {
    expect(Object.keys(createOperation({}).operation.responses)).not.toContain('413');
    expect(Object.keys(createOperation({ method: 'POST' }).operation.responses)).toEqual(
      expect.arrayContaining(['413', '415']),
    );
  });

  it('have validation errors under the status that the bus is configured with', () => {
    const own = { service: { ...SERVICE, input: 'id' } };
    const { operation, document } = createOperation(own, { validationStatus: 422 });

    expect(codesIn(document, operation, '422')).toContain('VALIDATION_FAILED');
    expect(codesIn(document, operation, '400')).not.toContain('VALIDATION_FAILED');
  });

  it.each([
    ['problem', 'application/problem+json', 'RESOURCE_NOT_FOUND'],
    ['envelope', 'application/json', 'RESOURCE_NOT_FOUND'],
    ['flat', 'application/json', 'resource_not_found'],
  ] as const)('have errors in the format of the channel: %s', (errors, mediaType, code) => {
    const { document } = createOperation({ path: '/things/{id}', errors });
    const notFound = Object.entries(document.components.responses).filter(([, { content = {} }]) =>
      JSON.stringify(content[mediaType] ?? '').includes(`"${code}"`),
    );

    expect(notFound).not.toEqual([]);
  });

  it('include every error that a client of the channel can get', () => {
    const security = {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    } as const;
    const { operation, document } = createOperation(
      {
        method: 'POST',
        path: '/things/{id}',
        security: ['key', 'token'],
        scopes: ['a'],
        rateLimit: RATE_LIMIT,
        idempotency: 'required',
        preconditions: 'required',
      },
      { security },
    );

    const all = Object.keys(operation.responses).flatMap((status) => codesIn(document, operation, status));

    expect(all.toSorted()).toEqual(
      new ErrorCatalogue()
        .list()
        .map(({ code }) => code)
        // Errors of unknown routes, of jobs, of webhooks, and of disconnected clients.
        .filter(
          (code) => !['ROUTE_NOT_FOUND', 'JOB_NOT_FOUND', 'WEBHOOK_SIGNATURE_INVALID', 'CLIENT_CLOSED'].includes(code),
        ),
    );
  });
});

describe('the features of a channel in the document', () => {
  const security = {
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    theirs: { type: 'http', scheme: 'bearer' },
  } as const;

  it('include the security definitions that channels use, and no others', () => {
    const { operation, document } = createOperation({ security: ['key', 'token'], scopes: ['read'] }, { security });

    expect(operation.security).toEqual([{ key: ['read'] }, { token: ['read'] }]);
    expect(document.components.securitySchemes).toEqual({
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    });
  });

  it('have the codes of its kinds of credentials', () => {
    const { operation, document } = createOperation({ security: 'key', scopes: ['read'] }, { security });

    expect(codesIn(document, operation, '401')).toEqual([
      'AUTH_REQUIRED',
      'INVALID_AUTH_HEADER',
      'INVALID_CREDENTIALS',
    ]);
    expect(codesIn(document, operation, '403')).toEqual(['FORBIDDEN']);
  });

  it('have the header and the codes of idempotency', () => {
    const { operation, document } = createOperation({ method: 'POST', idempotency: 'required' });

    expect(operation.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header', required: true }]);
    expect(codesIn(document, operation, '400')).toContain('IDEMPOTENCY_KEY_REQUIRED');
    expect(codesIn(document, operation, '409')).toContain('IDEMPOTENCY_IN_PROGRESS');
    expect(codesIn(document, operation, '422')).toContain('IDEMPOTENCY_KEY_REUSED');
  });

  it('have the response of an accepted job, and the path of jobs', () => {
    const { operation, document } = createOperation({ async: true, security: 'key' }, { security });

    expect(operation.responses).toHaveProperty('202.headers.Location');
    expect(document.paths['/jobs/{id}']?.['get']).toMatchObject({ security: [{ key: [] }] });
  });

  it('have the response headers of rate limits and of CORS', () => {
    const { operation, document } = createOperation({ rateLimit: RATE_LIMIT, cors: { origins: ['*'] } });
    const rejection = document.components.responses?.['Problem429'];

    for (const response of [operation.responses['200'], rejection]) {
      expect(response).toHaveProperty('headers.RateLimit');
      expect(response).toHaveProperty('headers.X-RateLimit-Remaining');
      expect(response).toHaveProperty('headers.Access-Control-Expose-Headers');
    }
    expect(document.components.headers).toHaveProperty('RateLimit-Policy.description');
    expect(createOperation({}).operation.responses).not.toHaveProperty('200.headers.RateLimit');
  });

  it('have 429 with rate limits, 304 with ETags, and the deprecation', () => {
    expect(createOperation({ rateLimit: RATE_LIMIT }).operation.responses).toHaveProperty('429');
    expect(createOperation({ etag: true }).operation.responses).toHaveProperty('304');
    expect(createOperation({ deprecated: { since: '2027-01-31' } }).operation).toMatchObject({
      deprecated: true,
      description: 'Deprecated since 2027-01-31.',
    });
  });
});
