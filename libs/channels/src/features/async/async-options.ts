import { z } from 'zod';

/** `async` of a channel. */
export const asyncOption = z
  .union([z.boolean(), z.literal('optional')])
  .default(false)
  .describe(
    'Whether requests become jobs: the response is 202 with the Location of the job. optional: where the client sends Prefer: respond-async',
  );

/** The option of a channel that makes jobs of requests. */
export interface AsyncOptions {
  /** `optional`: where the client prefers it. */
  readonly async: z.output<typeof asyncOption>;
}
