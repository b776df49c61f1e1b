import { switchable } from '@trunkline/config';
import { z } from 'zod';

const DOCUMENT = '/openapi.json';

const path = () => z.string().regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, 'expected a path such as /openapi.json');

/** `bus.http.openapi`: the description of the channels. */
export const openApiOptions = switchable(
  z
    .strictObject({
      path: path().default(DOCUMENT).describe('Path of the document (OpenAPI 3.1)'),
      docs: switchable(path())
        .default('/docs')
        .describe('Path of the page for people, which needs nothing from elsewhere; off: there is none'),
      title: z.string().min(1).optional().describe('Title of the API. Default: bus.name'),
      version: z.string().min(1).default('1.0.0').describe('Version of the API, not of the bus'),
      description: z.string().optional().describe('What the API is for'),
    })
    .superRefine(({ path: document, docs }, context) => {
      if (document !== docs) return;
      const [key, other] = document === DOCUMENT ? ['docs', 'path'] : ['path', 'docs'];
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `expected a path of its own, but \`${other}\` is the same`,
      });
    }),
);
