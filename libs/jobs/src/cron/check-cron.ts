import { getErrorMessage } from '@trunkline/failures';
import { findNextLocalTime } from './next-local-time';
import { parseCron } from './parse-cron';

/** Finds what is wrong with a cron pattern; `undefined` if it is valid. */
export function findCronMistake(text: string): string | undefined {
  try {
    if (findNextLocalTime(parseCron(text, ''), 0) !== undefined) return undefined;
    return `no date ever matches: ${text} names a day that its months do not have`;
  } catch (error) {
    return getErrorMessage(error);
  }
}
