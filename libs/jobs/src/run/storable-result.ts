import { assertNoPromise } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import type { JobData } from '../queues/job-data';
import { ResultNotStorableError } from './result-not-storable-error';

const MAX_RESULT_BYTES = 1_048_576;

/**
 * What can be kept of a result: JSON of at most 1 MiB. What a job has done is done, whether its result can be kept or not. That of a
 * branch is kept as `{ value }`: BullMQ cannot tell nothing from `null`.
 *
 * @throws {ResultNotStorableError} for a branch of a composite that cannot do without, and for a result that holds a promise: nobody knows
 *   whether the job has done what it promised
 */
export function toStorableResult(result: unknown, { isBranch = false, service }: JobData, logger: Logger): unknown {
  if (result === undefined || isStorableJson(result, service)) return isBranch ? { value: result } : result;
  if (isBranch)
    throw new ResultNotStorableError(
      `${service} gave what has no JSON form of at most 1 MiB, and is a branch of a composite, which needs it`,
    );
  logger.warn('the result of a job is not kept: it has no JSON form of at most 1 MiB');
  return undefined;
}

/** @throws {ResultNotStorableError} when it holds a promise */
function isStorableJson(result: unknown, service: string): boolean {
  const json = tryStringifyJson(result);
  if (json === undefined) return false;
  try {
    assertNoPromise(json, result, `the result of ${service}`);
  } catch (cause) {
    throw new ResultNotStorableError(cause instanceof Error ? cause.message : String(cause));
  }
  return Buffer.byteLength(json) <= MAX_RESULT_BYTES;
}

function tryStringifyJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result);
  } catch {
    // It has no JSON form, and is not kept either.
    return undefined;
  }
}
