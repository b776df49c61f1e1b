/** A body is not what it declares to be. The message says how, and quotes nothing of the body, unlike those of parsers. */
export class UnreadableBodyError extends Error {}
