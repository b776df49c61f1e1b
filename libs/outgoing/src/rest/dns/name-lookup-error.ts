/** A name has no address, or nobody who could tell has told it in time. The code is one that Node has for it. */
export class NameLookupError extends Error {
  constructor(readonly code: string) {
    super(`the name was not resolved: ${code}`);
  }
}
