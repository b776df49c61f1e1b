import { z } from 'zod';

const branchResult = z.object({ value: z.unknown().optional() });

/** What the service of a branch gave, of what the store keeps of it. */
export function parseBranchValue(result: unknown): unknown {
  return branchResult.safeParse(result).data?.value;
}
