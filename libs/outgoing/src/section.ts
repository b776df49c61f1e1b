import { defineSection } from '@trunkline/config';
import { z } from 'zod';
import { httpDefaults } from './http/http-section';
import { restConnection, restDefaults } from './rest/rest-section';

/** The section `outgoing:` of the configuration. */
export const outgoingSection = defineSection({
  key: 'outgoing',
  schema: z.strictObject({
    defaults: z
      .strictObject({ ...httpDefaults, ...restDefaults })
      .describe('Values for connections that configure none')
      .prefault({}),
    rest: z.record(z.string().min(1), restConnection).default({}).describe('Outgoing REST connections by name'),
  }),
});

/** The validated section `outgoing:`. */
export type OutgoingConfig = z.output<typeof outgoingSection.schema>;
