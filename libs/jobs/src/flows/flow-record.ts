import { z } from 'zod';

const branch = z.object({
  /** Of its job. */
  id: z.string(),
  need: z.enum(['required', 'optional']),
  title: z.string().optional(),
  /** Present where there is one, be it `null`. */
  fallback: z.object({ value: z.unknown().optional() }).optional(),
});

const part = z.object({
  key: z.string(),
  branches: z.array(branch),
  /** Present for a list. */
  list: z.object({ atLeast: z.number().optional() }).optional(),
});

/** What the store keeps of a durable composite with its last job: which jobs its branches are, and what they are to it. */
export const flowRecord = z.array(part);

/** See {@link flowRecord}. */
export type FlowRecord = z.infer<typeof flowRecord>;
