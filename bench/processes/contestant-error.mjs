/** A contestant failed to start, failed at a request, ended or did not respond. */
export class ContestantError extends Error {
  /** @param build - the {@link Build} of the contestant */
  constructor(message, build) {
    super(message);
    this.build = build;
  }
}
