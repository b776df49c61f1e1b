import { z } from 'zod';

/** `async` of a channel. */
export const asyncOption = z
  .union([z.boolean(), z.literal('optional')])
  .default(false)
  .describe(
    'Whether the work is done later, as a job: the answer is 202 and where to ask for it. optional: where the client sends Prefer: respond-async',
  );

/** The option of a channel that makes jobs of requests. */
export interface AsyncOptions {
  /** `optional`: where the client prefers it. */
  readonly async: z.output<typeof asyncOption>;
}
