/** A body is not what it was to be. The message says how, and shows nothing of it: parsers like to quote what they choke on. */
export class UnreadableBodyError extends Error {}
