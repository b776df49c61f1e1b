import type { IncomingMessage } from 'node:http';
import { createFailure } from '@trunkline/failures';
import { createMalformedBodyFailure } from '../malformed-body';

const NEWLINE = 0x0a;

/** Limits of a body that is read line by line. */
export interface LineLimits {
  /** Maximum size of the whole body in bytes. */
  readonly totalBytes: number;
  /** Maximum size of each line in bytes. */
  readonly lineBytes: number;
}

/**
 * Reads the lines of a body, without their ends and with back-pressure: the client is slowed down to the pace of the consumer. A consumer that
 * stops early leaves the request open for its response.
 *
 * @throws {BusError} `CONTENT_TOO_LARGE`; `MALFORMED_BODY` when the client disconnects
 */
export async function* readLines(
  source: IncomingMessage,
  { totalBytes, lineBytes }: LineLimits,
): AsyncGenerator<Buffer> {
  let receivedBytes = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of readChunks(source)) {
    receivedBytes += chunk.length;
    if (receivedBytes > totalBytes) throw createTooLargeFailure(`the body has more than ${totalBytes} bytes`);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      assertLineWithin(pendingBytes + end - start, lineBytes);
      yield Buffer.concat([...pending, chunk.subarray(start, end)]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    pendingBytes += chunk.length - start;
    assertLineWithin(pendingBytes, lineBytes);
    pending.push(chunk.subarray(start));
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}

async function* readChunks(source: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (thrown) {
    const failure = createMalformedBodyFailure(['the body is incomplete']);
    failure.cause = thrown;
    throw failure;
  }
}

function assertLineWithin(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw createTooLargeFailure(`a line has more than ${maxBytes} bytes`);
}

function createTooLargeFailure(detail: string): Error {
  return createFailure('CONTENT_TOO_LARGE', { detail });
}
