/** A text is not XML, or exceeds a limit. The problems name places of the body, and quote nothing of it, unlike those of parsers. */
export class MalformedXmlError extends Error {
  constructor(readonly problems: readonly [string, ...string[]]) {
    super(problems.join('; '));
  }
}
