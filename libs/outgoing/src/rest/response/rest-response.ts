/** Headers of an answer: names in lower case, a list where one came more than once. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an upstream answered. */
export interface RestResponse<Data = unknown> {
  readonly status: number;
  /** Is the status one of success, 200 … 299? */
  readonly ok: boolean;
  readonly headers: ResponseHeaders;
  /** The JSON of the body. `undefined` where there is none, and where an answer that is no success has something else. */
  readonly data: Data;
}
