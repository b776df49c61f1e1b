/** Tells BullMQ to leave a job alone: it has been put back, or is another host's by now. BullMQ knows it by its name. */
export class JobReleasedError extends Error {
  override readonly name = 'WaitingError';
}
