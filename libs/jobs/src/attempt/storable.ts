import type { Logger } from '@trunkline/telemetry';
import type { JobData } from '../job/job-data';
import { UnkeptResultError } from './unkept-result-error';

const LARGEST_RESULT = 1_048_576;

/**
 * What can be kept of a result: JSON of at most 1 MiB. What a job has done is done, whether its result can be kept or not. That of a
 * branch is kept as `{ value }`: BullMQ cannot tell nothing from `null`.
 *
 * @throws {UnkeptResultError} for a branch of a composite that cannot do without
 */
export function storable(result: unknown, { isBranch = false, service }: JobData, logger: Logger): unknown {
  if (result === undefined || isJson(result)) return isBranch ? { value: result } : result;
  if (isBranch) throw new UnkeptResultError(service);
  logger.warn('the result of a job is not kept: it has no JSON form of at most 1 MiB');
  return undefined;
}

function isJson(result: unknown): boolean {
  try {
    const json: string | undefined = JSON.stringify(result);
    return json !== undefined && Buffer.byteLength(json) <= LARGEST_RESULT;
  } catch {
    // It has no JSON form, and is not kept either.
    return false;
  }
}
