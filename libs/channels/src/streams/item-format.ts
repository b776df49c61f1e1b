/** A format of a response that is a stream of items. */
export interface ItemFormat {
  /** In lower case, without parameters. */
  readonly mediaType: string;
  /** Headers of the response, `content-type` included, by their lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Longest time, in milliseconds, that the head of the response waits for the first item; afterwards a failure is reported in the stream. */
  readonly maxHeadDelayMs: number;
  /** Text that keeps connections with proxies open while there is no item. Default: none is sent. */
  readonly heartbeat?: string;
  /** Whether a stream may end at any time, since clients ask again for what they have missed. */
  readonly isResumable: boolean;
  /** @throws for an item that the format cannot represent */
  encodeItem(item: unknown, service: string): string;
  /**
   * Reports the failure of a stream whose head was sent.
   *
   * @param document - the error as JSON, in the error format of the channel
   */
  encodeFailure(document: string): string;
}
