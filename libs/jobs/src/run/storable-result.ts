import { assertNoPromise } from '@trunkline/failures';
import { isItemStream } from '@trunkline/service';
import type { JobData } from '../queues/job-data';
import { ResultNotStorableError } from './result-not-storable-error';

const MAX_RESULT_BYTES = 1_048_576;

/**
 * Converts the result of a job to what the store keeps: JSON of at most 1 MiB. Any other result is dropped, since the work is done. The result of a branch is wrapped as `{ value }`, because BullMQ stores `undefined` as `null`.
 *
 * @param warn - called with a message when the result is dropped
 * @throws {ResultNotStorableError} for a branch of a composite, which needs the result, for a result that contains a promise, whose
 *   outcome is unknown, and for an async iterable, whose items nobody would ask for
 */
export function toStorableResult(
  result: unknown,
  { isBranch = false, service }: JobData,
  warn: (message: string) => void,
): unknown {
  if (isItemStream(result))
    throw new ResultNotStorableError(
      `${service} returned an async iterable, which a job cannot store: return an array`,
    );
  if (result === undefined || isStorableJson(result, service)) return isBranch ? { value: result } : result;
  if (isBranch)
    throw new ResultNotStorableError(
      `the result of ${service} is not JSON of at most 1 MiB, and ${service} is a branch of a composite, which needs it`,
    );
  warn('the result of a job is not stored: it is not JSON of at most 1 MiB');
  return undefined;
}

/** @throws {ResultNotStorableError} when it contains a promise */
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
    // A cycle or a BigInt: not storable.
    return undefined;
  }
}
