import { httpUrl, switchable } from '@trunkline/config';
import { z } from 'zod';

const DOCUMENT = '/openapi.json';

const path = () => z.string().regex(/^(?:\/[A-Za-z0-9._~-]+)+$/, 'expected a path such as /openapi.json');

const contact = z
  .strictObject({
    name: z.string().min(1).optional().describe('Person or team'),
    url: httpUrl().optional().describe('Page to turn to'),
    email: z.email('expected an email address').optional().describe('Address to write to'),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: 'expected at least one of `name`, `url` and `email`',
  })
  .describe('Contact for questions about the API');

const license = z
  .strictObject({
    name: z.string().min(1).describe('Name of the license'),
    identifier: z.string().min(1).optional().describe('SPDX expression, such as Apache-2.0'),
    url: httpUrl().optional().describe('Where the license is published; instead of `identifier`'),
  })
  .refine(({ identifier, url }) => identifier === undefined || url === undefined, {
    error: 'expected `identifier` or `url`, not both',
  })
  .describe('License of the API');

const channelExample = z
  .strictObject({
    summary: z.string().min(1).optional().describe('One sentence for people'),
    input: z.unknown().optional().describe('What the service gets: members of path, query and body'),
    output: z.unknown().optional().describe('What the service returns for it'),
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
  .describe('Examples in the OpenAPI document, by name. They are checked at start against what the service declares');

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
      termsOfService: httpUrl().optional().describe('Where the terms of use are published'),
      contact: contact.optional(),
      license: license.optional(),
      tags: z
        .record(z.string().min(1), z.string().min(1))
        .default({})
        .describe('Descriptions of tags: the first words of the names of channels, as order of order.create, and bus'),
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
