import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Property of Node's responses with the text of the head, between `writeHead` and the first write. */
const HEAD = '_header';

/**
 * Sends a response whose body is ASCII text: head and body in one write to the socket.
 *
 * `ServerResponse.end(body)` makes two writes, the second one empty, which Node gathers in a vectored write: the dearest part of a small
 * response. With the body appended to the text of the head, `end()` makes one plain write. Where Node has no such property, `end(body)`
 * sends the same bytes.
 *
 * @param headers - `content-length` included
 */
export function sendInOneWrite(
  response: ServerResponse,
  { status, headers, body }: { readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: string },
): void {
  response.writeHead(status, headers);
  const head: unknown = Reflect.get(response, HEAD);
  if (typeof head !== 'string') return void response.end(body);
  Reflect.set(response, HEAD, head + body);
  response.end();
}
