import { assertNoPromise } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { JobData } from '../job/job-data';
import { UnkeptResultError } from './unkept-result-error';

const LARGEST_RESULT = 1_048_576;

/**
 * What can be kept of a result: JSON of at most 1 MiB. What a job has done is done, whether its result can be kept or not. That of a
 * branch is kept as `{ value }`: BullMQ cannot tell nothing from `null`.
 *
 * @throws {UnkeptResultError} for a branch of a composite that cannot do without, and for a result that holds a promise: nobody knows
 *   whether the job has done what it promised
 */
export function storable(result: unknown, { isBranch = false, service }: JobData, logger: Logger): unknown {
  if (result === undefined || isJson(result, service)) return isBranch ? { value: result } : result;
  if (isBranch)
    throw new UnkeptResultError(
      `${service} gave what has no JSON form of at most 1 MiB, and is a branch of a composite, which needs it`,
    );
  logger.warn('the result of a job is not kept: it has no JSON form of at most 1 MiB');
  return undefined;
}

/** @throws {UnkeptResultError} when it holds a promise */
function isJson(result: unknown, service: string): boolean {
  const json = writeJson(result);
  if (json === undefined) return false;
  try {
    assertNoPromise(json, result, `the result of ${service}`);
  } catch (cause) {
    throw new UnkeptResultError(cause instanceof Error ? cause.message : String(cause));
  }
  return Buffer.byteLength(json) <= LARGEST_RESULT;
}

function writeJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result);
  } catch {
    // It has no JSON form, and is not kept either.
    return undefined;
  }
}
