/** A name has no address, or there was no response in time. The code is that of Node. */
export class NameLookupError extends Error {
  constructor(readonly code: string) {
    super(`the name was not resolved: ${code}`);
  }
}
