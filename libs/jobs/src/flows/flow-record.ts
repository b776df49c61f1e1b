import { z } from 'zod';

const branch = z.object({
  /** Id of its job. */
  id: z.string(),
  need: z.enum(['required', 'optional']),
  title: z.string().optional(),
  /** Absent if the branch has no fallback. */
  fallback: z.object({ value: z.unknown().optional() }).optional(),
});

const part = z.object({
  key: z.string(),
  branches: z.array(branch),
  /** Absent unless the part is a list. */
  list: z.object({ atLeast: z.number().optional() }).optional(),
});

/** Stored description of a durable composite: the jobs of its branches and how they are combined. */
export const flowRecord = z.array(part);

/** See {@link flowRecord}. */
export type FlowRecord = z.infer<typeof flowRecord>;
