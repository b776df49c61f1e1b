import type { AsyncOptions } from '@trunkline/service';
import { toMs } from '@trunkline/time';

/** What was asked of a job, in milliseconds. */
export interface ParsedJobOptions {
  readonly delayMs: number;
  readonly attempts: number | undefined;
  readonly backoff: { readonly initialMs: number | undefined; readonly maxMs: number | undefined };
  readonly deduplicationId: string | undefined;
  readonly priority: number;
  readonly timeoutMs: number | undefined;
}

const MAX_ATTEMPTS = 100;
/** What BullMQ can put in order. */
const MAX_PRIORITY = 2_097_151;
const DEDUPLICATION_ID_PATTERN = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * The options of `invokeAsync`, read.
 *
 * @throws {RangeError} for one that makes no sense, naming it
 */
export function parseJobOptions(options: AsyncOptions): ParsedJobOptions {
  const { delay = 0, attempts, backoff = {}, deduplicationId, priority = 0, timeout } = options;
  if (attempts !== undefined) assertInteger('attempts', attempts, { least: 1, most: MAX_ATTEMPTS });
  assertInteger('priority', priority, { least: 0, most: MAX_PRIORITY });
  if (deduplicationId !== undefined && !DEDUPLICATION_ID_PATTERN.test(deduplicationId)) {
    throw new RangeError('deduplicationId is 1 to 128 letters, digits, dots, underscores and hyphens');
  }
  return {
    delayMs: toMs(delay),
    attempts,
    backoff: { initialMs: toOptionalMs(backoff.initial), maxMs: toOptionalMs(backoff.max) },
    deduplicationId,
    priority,
    timeoutMs: toOptionalMs(timeout),
  };
}

function toOptionalMs(duration: number | string | undefined): number | undefined {
  return duration === undefined ? undefined : toMs(duration);
}

function assertInteger(
  name: string,
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
) {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} is a whole number from ${least} to ${most}, not ${value}`);
}
