/** A response whose body has been read. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body as text; empty without one. */
  readonly text: string;
  /** The body parsed, if its media type is JSON; otherwise `undefined`. */
  readonly body: unknown;
}

export async function readTestResponse(response: Response): Promise<TestResponse> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/.test(headers.get('content-type') ?? '');
  return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
}
