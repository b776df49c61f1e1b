import type { JsonSchema } from '@trunkline/service';
import type { Components } from './components';
import { type ErrorResponseOptions, createResponsesForCodes } from './error-responses';
import type { PathItem, Response } from './openapi-document';
import { REQUEST_ID_HEADER } from './response-headers';

const TEXT: JsonSchema = { type: 'string' };

/** Describes the paths of the bus itself: health and error pages. */
export function createBusPaths(
  tag: string,
  errors: ErrorResponseOptions,
  components: Components,
): Readonly<Record<string, PathItem>> {
  const { pagesPath } = errors;
  const badRequest = createResponsesForCodes(['BAD_REQUEST'], errors, components);
  const open = { tags: [tag], security: [] };
  const isUp = { ...badRequest, '200': createHealthResponse('Up.', 'up') };
  return {
    '/health/live': {
      get: { ...open, operationId: 'health.live', summary: 'Liveness of the process', responses: isUp },
    },
    '/health/ready': {
      get: {
        ...open,
        operationId: 'health.ready',
        summary: 'Readiness to accept requests',
        responses: { ...isUp, '503': createHealthResponse('Starting or shutting down.', 'down') },
      },
    },
    ...(pagesPath !== undefined && {
      [`${pagesPath}{slug}`]: {
        get: {
          ...open,
          operationId: 'errors.get',
          summary: 'Meaning and remedy of an error, and whether a retry can succeed',
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
    description: 'JSON, or a page for browsers.',
    headers: components.addHeaders(REQUEST_ID_HEADER),
    content: { 'application/json': { schema }, 'text/html': { schema: TEXT } },
  };
}
