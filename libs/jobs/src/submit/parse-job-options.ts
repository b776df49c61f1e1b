import type { AsyncOptions } from '@trunkline/service';
import { toMs } from '@trunkline/time';

/** Parsed options of `invokeAsync`. */
export interface ParsedJobOptions {
  readonly delayMs: number;
  readonly attempts: number | undefined;
  readonly backoff: { readonly initialMs: number | undefined; readonly maxMs: number | undefined };
  readonly deduplicationId: string | undefined;
  readonly priority: number;
  readonly timeoutMs: number | undefined;
}

const MAX_ATTEMPTS = 100;
/** BullMQ's limit. */
const MAX_PRIORITY = 2_097_151;
const DEDUPLICATION_ID_PATTERN = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * Parses the options of `invokeAsync`.
 *
 * @throws {RangeError} naming the option that is invalid
 */
export function parseJobOptions(options: AsyncOptions): ParsedJobOptions {
  const { delay = 0, attempts, backoff = {}, deduplicationId, priority = 0, timeout } = options;
  if (attempts !== undefined) assertInteger('attempts', attempts, { min: 1, max: MAX_ATTEMPTS });
  assertInteger('priority', priority, { min: 0, max: MAX_PRIORITY });
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

function assertInteger(name: string, value: number, { min, max }: { readonly min: number; readonly max: number }) {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${name} is a whole number from ${min} to ${max}, not ${value}`);
}
