/** Tells BullMQ that a job is neither completed nor failed here: it was put back, or another host has it. BullMQ checks the name. */
export class JobReleasedError extends Error {
  override readonly name = 'WaitingError';
}
