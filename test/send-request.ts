import { assertResponseDocumented } from './openapi-response-validator';

/** An answer as a client sees it: status, headers, and the body read as JSON where there is one. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request and reads the whole answer, which has to be one that the description of the bus has. */
export async function sendRequest(url: string, init: RequestInit = {}): Promise<HttpResponse> {
  const answer = await sendUndocumentedRequest(url, init);
  assertResponseDocumented(url, init.method ?? 'GET', answer);
  return answer;
}

/** The same for an error in words of the application's own, which the description of the bus does not have. */
export async function sendUndocumentedRequest(url: string, init: RequestInit = {}): Promise<HttpResponse> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** A request with a JSON body. */
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
