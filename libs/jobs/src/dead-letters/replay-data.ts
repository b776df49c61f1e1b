import type { StoredJob } from '../queues/job-store';
import { type JobData, jobData } from '../queues/job-data';
import { toJobView } from '../queues/job-view';

/** Bounds the history of a job whose dead letter is retried again and again. */
const MAX_RECORDED_ATTEMPTS = 200;

/** Creates the job data for the retry of a dead letter: its attempts start again at 1, and its history is kept. */
export function createReplayData(deadLetter: StoredJob): JobData {
  const { unknown: _unknown, ...data } = jobData.parse(deadLetter.data);
  const earlier = toJobView(deadLetter, 'failed').history.slice(-MAX_RECORDED_ATTEMPTS);
  return { ...data, returned: 0, replays: data.replays + 1, earlier };
}
