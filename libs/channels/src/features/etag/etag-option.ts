import { z } from 'zod';

/** Where the `ETag` of responses to GET comes from. */
export const etagOption = z
  .union([z.boolean(), z.literal('strong'), z.strictObject({ from: z.literal('service') })])
  .default(false)
  .describe(
    'Where the ETag of responses to GET comes from, so that a client with the current version gets 304: true for a weak tag of the body, strong for a strong one, which If-Match can demand, { from: service } for the one that the service sets',
  );

/** The value of {@link etagOption}. */
export type EtagOption = z.output<typeof etagOption>;
