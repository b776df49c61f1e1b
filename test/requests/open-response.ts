import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

/** A response whose body nobody reads yet. */
interface OpenResponse {
  readonly response: IncomingMessage;
  /** Closes the socket of the client. */
  readonly leave: () => void;
}

/** Requests a URL, and waits for the head of the response. */
export async function openResponse(url: string, headers: Record<string, string> = {}): Promise<OpenResponse> {
  const request = get(url, { headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { response, leave: () => request.destroy() };
}

/** How much of a body there was, and how far its producer got ahead of its reader. */
interface ReadAhead {
  readonly bytes: number;
  readonly mostAhead: number;
}

/**
 * Reads a body to its end.
 *
 * @param countProduced - bytes that the producer has made so far
 */
export async function measureReadAhead(body: AsyncIterable<Buffer>, countProduced: () => number): Promise<ReadAhead> {
  let bytes = 0;
  let mostAhead = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    mostAhead = Math.max(mostAhead, countProduced() - bytes);
  }
  return { bytes, mostAhead };
}
