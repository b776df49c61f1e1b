import type { StoredJob } from '../queues/job-store';
import { type JobData, jobData } from '../queues/job-data';
import { toJobView } from '../queues/job-view';

/** Of a job that is retried again and again. */
const MAX_RECORDED_ATTEMPTS = 200;

/** What is kept of a dead letter that is tried again: it begins anew, with its history. */
export function createReplayData(letter: StoredJob): JobData {
  const { unknown: _unknown, ...data } = jobData.parse(letter.data);
  const earlier = toJobView(letter, 'failed').history.slice(-MAX_RECORDED_ATTEMPTS);
  return { ...data, returned: 0, replays: data.replays + 1, earlier };
}
