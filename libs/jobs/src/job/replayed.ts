import type { StoredJob } from '../job-store';
import { type JobData, jobData } from './job-data';
import { viewOf } from './job-view';

/** Of a job that is retried again and again. */
const MOST_ATTEMPTS_KEPT = 200;

/** What is kept of a dead letter that is tried again: it begins anew, with its history. */
export function replayed(letter: StoredJob): JobData {
  const { unknown: _unknown, ...data } = jobData.parse(letter.data);
  const earlier = viewOf(letter, 'failed').history.slice(-MOST_ATTEMPTS_KEPT);
  return { ...data, returned: 0, replays: data.replays + 1, earlier };
}
