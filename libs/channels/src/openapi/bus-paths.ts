import type { JsonSchema } from '@trunkline/service';
import type { Components } from './components';
import { type ErrorResponseOptions, createResponsesForCodes } from './error-responses';
import type { PathItem, Response } from './openapi-document';
import { REQUEST_ID_HEADER } from './response-headers';

const TEXT: JsonSchema = { type: 'string' };

/** What every bus answers itself: whether it is up, and what its errors mean. */
export function createBusPaths(
  tag: string,
  errors: ErrorResponseOptions,
  components: Components,
): Readonly<Record<string, PathItem>> {
  const { pagesPath } = errors;
  const refusal = createResponsesForCodes(['BAD_REQUEST'], errors, components);
  const open = { tags: [tag], security: [] };
  const isUp = { ...refusal, '200': createHealthResponse('Up.', 'up') };
  return {
    '/health/live': {
      get: { ...open, operationId: 'health.live', summary: 'Is the process up?', responses: isUp },
    },
    '/health/ready': {
      get: {
        ...open,
        operationId: 'health.ready',
        summary: 'Does the bus take requests?',
        responses: { ...isUp, '503': createHealthResponse('Not yet, or no longer.', 'down') },
      },
    },
    ...(pagesPath !== undefined && {
      [`${pagesPath}{slug}`]: {
        get: {
          ...open,
          operationId: 'errors.get',
          summary: 'What an error means, what to do about it, and whether to try again',
          parameters: [{ name: 'slug', in: 'path', required: true, schema: TEXT }],
          responses: {
            ...createResponsesForCodes(['BAD_REQUEST', 'RESOURCE_NOT_FOUND'], errors, components),
            '200': createErrorPageResponse(components),
          },
        },
      },
    }),
  };
}

function createHealthResponse(description: string, status: 'up' | 'down'): Response {
  const schema = { type: 'object', properties: { status: { const: status } }, required: ['status'] };
  return { description, content: { 'application/json': { schema } } };
}

function createErrorPageResponse(components: Components): Response {
  const members = ['code', 'slug', 'title', 'meaning', 'remedy', 'retry'];
  const schema = {
    type: 'object',
    properties: { ...Object.fromEntries(members.map((name) => [name, TEXT])), status: { type: 'integer' } },
    required: [...members, 'status'],
  };
  return {
    description: 'For programs, or as a page for people.',
    headers: components.addHeaders(REQUEST_ID_HEADER),
    content: { 'application/json': { schema }, 'text/html': { schema: TEXT } },
  };
}
