/** Headers of a response: names in lower case, a list where a header is repeated. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The response of an upstream. */
export interface RestResponse<Data = unknown> {
  readonly status: number;
  /** Whether the status is a success, 200 to 299. */
  readonly ok: boolean;
  readonly headers: ResponseHeaders;
  /** The JSON of the body. `undefined` where there is none, and where a response that is no success is not JSON. */
  readonly data: Data;
}
