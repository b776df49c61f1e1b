/** What a system says to one request. */
export interface UpstreamResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text as it is sent, JSON if no header says otherwise; empty for none. */
  readonly body: string;
}

export const NO_CONTENT: UpstreamResponse = { status: 204, headers: {}, body: '' };

/** An answer whose body is `value` as JSON. */
export function createJsonResponse(
  status: number,
  value: unknown,
  headers: UpstreamResponse['headers'] = {},
): UpstreamResponse {
  return { status, headers, body: JSON.stringify(value) };
}

/** An answer that says no, with a code for programs and a message for people. */
export function createErrorResponse(
  status: number,
  error: string,
  message: string,
  headers: UpstreamResponse['headers'] = {},
): UpstreamResponse {
  return createJsonResponse(status, { error, message }, headers);
}
