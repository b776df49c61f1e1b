import type { Logger } from '@trunkline/telemetry';

const LARGEST_RESULT = 1_048_576;

/** What can be kept of a result: JSON of at most 1 MiB. What a job has done is done, whether its result can be kept or not. */
export function storable(result: unknown, logger: Logger): unknown {
  if (result === undefined) return undefined;
  try {
    const json: string | undefined = JSON.stringify(result);
    if (json !== undefined && Buffer.byteLength(json) <= LARGEST_RESULT) return result;
  } catch {
    // It has no JSON form, and is not kept either.
  }
  logger.warn('the result of a job is not kept: it has no JSON form of at most 1 MiB');
  return undefined;
}
