import { getErrorMessage } from '@trunkline/failures';
import { findNextLocalTime } from './next-local-time';
import { parseCron } from './parse-cron';

/** Why a text is no cron pattern of a schedule; `undefined` when it is one. */
export function findCronMistake(text: string): string | undefined {
  try {
    if (findNextLocalTime(parseCron(text, ''), 0) !== undefined) return undefined;
    return `no date ever fits: ${text} names a day that its months do not have`;
  } catch (error) {
    return getErrorMessage(error);
  }
}
