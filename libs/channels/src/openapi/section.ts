import { httpUrl, switchable } from '@trunkline/config';
import { z } from 'zod';

const DOCUMENT = '/openapi.json';

const path = () => z.string().regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, 'expected a path such as /openapi.json');

const contact = z
  .strictObject({
    name: z.string().min(1).optional().describe('Person or team'),
    url: httpUrl().optional().describe('Page with contact information'),
    email: z.email('expected an email address').optional().describe('Email address'),
  })
  .refine((value) => Object.values(value).some((member) => member !== undefined), {
    error: 'expected at least one of `name`, `url` and `email`',
  })
  .describe('Contact for questions about the API');

const license = z
  .strictObject({
    name: z.string().min(1).describe('Name of the license'),
    identifier: z.string().min(1).optional().describe('SPDX expression, such as Apache-2.0'),
    url: httpUrl().optional().describe('Page of the license; instead of `identifier`'),
  })
  .refine(({ identifier, url }) => identifier === undefined || url === undefined, {
    error: 'expected `identifier` or `url`, not both',
  })
  .describe('License of the API');

const channelExample = z
  .strictObject({
    summary: z.string().min(1).optional().describe('One sentence for readers of the API'),
    input: z.unknown().optional().describe('Input of the service: members of path, query and body'),
    output: z.unknown().optional().describe('Output of the service for this input'),
  })
  .refine(({ input, output }) => input !== undefined || output !== undefined, {
    error: 'expected `input`, `output`, or both',
  });

/** A request of a channel and its response, as the service sees them. */
export type ChannelExample = z.output<typeof channelExample>;

/** `examples` of a channel. */
export const channelExamples = z
  .record(
    z.string().regex(/^[\w.-]+$/, 'expected a name of letters, digits, dots, dashes and underscores'),
    channelExample,
  )
  .describe(
    'Examples in the OpenAPI document, by name. They are validated at start against the declaration of the service',
  );

/** `bus.http.openapi`: the OpenAPI document of the channels. */
export const openApiOptions = switchable(
  z
    .strictObject({
      path: path().default(DOCUMENT).describe('Path of the document (OpenAPI 3.1)'),
      docs: switchable(path())
        .default('/docs')
        .describe('Path of the documentation page, which loads no other resources; off: there is none'),
      title: z.string().min(1).optional().describe('Title of the API. Default: bus.name'),
      version: z.string().min(1).default('1.0.0').describe('Version of the API, not of the bus'),
      description: z.string().optional().describe('Purpose of the API'),
      termsOfService: httpUrl().optional().describe('Page of the terms of use'),
      contact: contact.optional(),
      license: license.optional(),
      tags: z
        .record(z.string().min(1), z.string().min(1))
        .default({})
        .describe(
          'Descriptions of tags. A tag is the first word of the name of a channel, such as order of order.create, or bus',
        ),
    })
    .superRefine(({ path: document, docs }, context) => {
      if (document !== docs) return;
      const [key, other] = document === DOCUMENT ? ['docs', 'path'] : ['path', 'docs'];
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `expected a different path: \`${other}\` has the same`,
      });
    }),
);
