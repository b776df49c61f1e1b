import { assertResponseDocumented } from './documents/openapi-response-validator';

/** A response: status, headers, text, and the body parsed as JSON if it is JSON. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request and reads the response, which the OpenAPI description of the bus must cover. */
export async function sendRequest(url: string, init: RequestInit = {}): Promise<HttpResponse> {
  const response = await sendUndocumentedRequest(url, init);
  assertResponseDocumented(url, init.method ?? 'GET', response);
  return response;
}

/** Sends a request whose response the description need not cover, such as an error of the application. */
export async function sendUndocumentedRequest(url: string, init: RequestInit = {}): Promise<HttpResponse> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** Creates a request with a JSON body. */
export function createJsonRequest(
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestInit {
  return {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
