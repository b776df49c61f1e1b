/** A command line that cannot be run. The message says what to write instead. */
export class UsageError extends Error {}
