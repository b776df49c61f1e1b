/** Separates the id of a job from the name of its queue. Names of services, topics and schedules never contain it. */
export const QUEUE_SEPARATOR = '~';

const MAX_ID_LENGTH = 512;
const JOB_ID_PATTERN = /^(?:[0-9A-Z]{26}(?:\.[a-z0-9._-]+)?|[a-z0-9._-]+@[\w-]+)(?:~[a-z0-9._~-]+)?$/;

/** Appends the name of the queue to the id of a job, so that finding the job takes one look-up. */
export function createJobId(id: string, queue: string): string {
  return queue === '' ? id : `${id}${QUEUE_SEPARATOR}${queue}`;
}

/** Whether a text from outside has the form of a job id. */
export function isJobId(text: string): boolean {
  return text.length <= MAX_ID_LENGTH && JOB_ID_PATTERN.test(text);
}

/** The name of the queue in the id of a job; empty for the shared queue. */
export function parseQueueName(id: string): string {
  const end = id.indexOf(QUEUE_SEPARATOR);
  return end === -1 ? '' : id.slice(end + 1);
}
