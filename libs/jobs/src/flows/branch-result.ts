import { z } from 'zod';

const branchResult = z.object({ value: z.unknown().optional() });

/** Parses the stored result of a branch: the output of its service, or `undefined` if there is none. */
export function parseBranchValue(result: unknown): unknown {
  return branchResult.safeParse(result).data?.value;
}
