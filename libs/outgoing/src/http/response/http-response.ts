/** Headers of a response: names in lower case, a list where a header is repeated. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The response of an upstream. */
export interface HttpResponse<Data = unknown> {
  readonly status: number;
  /** Whether the status is a success, 200 to 299. */
  readonly ok: boolean;
  readonly headers: ResponseHeaders;
  /** The body, as the kind of the connection reads it. `undefined` where there is none. */
  readonly data: Data;
}

/** Status and headers of a response. */
export type ResponseHead = Pick<HttpResponse, 'status' | 'ok' | 'headers'>;

/**
 * Reads the body of a response, after decompression.
 *
 * @returns `undefined` where there is none, and where that of a response that is no success is unreadable
 * @throws {UnreadableBodyError} when the body of a success is not what it declares to be
 */
export interface BodyReader {
  (head: ResponseHead, bytes: Uint8Array): unknown;
  /** Whether the body of a success is not read, but handed on as a stream. Default: no. */
  readonly handsOnStream?: boolean;
}
