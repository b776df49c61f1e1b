/** The response of a system to one request. */
export interface UpstreamResponse {
  readonly status: number;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text to send, JSON unless a header sets another type; empty for no body. */
  readonly body: string;
}

export const NO_CONTENT: UpstreamResponse = { status: 204, headers: {}, body: '' };

/** Creates a response whose body is `value` as JSON. */
export function createJsonResponse(
  status: number,
  value: unknown,
  headers: UpstreamResponse['headers'] = {},
): UpstreamResponse {
  return { status, headers, body: JSON.stringify(value) };
}

/** Creates an error response, with a code for programs and a message for people. */
export function createErrorResponse(
  status: number,
  error: string,
  message: string,
  headers: UpstreamResponse['headers'] = {},
): UpstreamResponse {
  return createJsonResponse(status, { error, message }, headers);
}
