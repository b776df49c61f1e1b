import type { IncomingMessage } from 'node:http';
import { type BusError, createFailure } from '@trunkline/failures';
import type { ErrorResponder } from '../response/error-responder';
import type { RoutedRequest, OnRequestStep } from '../request/on-request';

/** A body that is not larger comes with its head more often than not, and connections are counted. */
const SMALL_BYTES = 16_384;

/**
 * Bounds the bytes of bodies that are being read at once, over all requests: when they are used up, new requests with a body are
 * refused before it is read, and so is one that is being read and would need more.
 *
 * What has come counts, not what was announced: a client that announces much and sends nothing takes nothing from others.
 */
export class BodyBudget {
  #usedBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /**
   * The last step before a body is read: it listens to the body, so nothing that waits may come after it. It throws `OVERLOADED`
   * when nothing is left.
   */
  createStep(failures: ErrorResponder): OnRequestStep {
    return (request, reply) => {
      if (getDeclaredBytes(request) <= SMALL_BYTES) return undefined;
      if (this.#usedBytes >= this.maxBytes) throw createBudgetFailure();
      this.#watch(request.raw, () => {
        if (!reply.sent) failures.send(createBudgetFailure(), request, reply);
      });
      return undefined;
    };
  }

  #watch(body: IncomingMessage, refuse: () => void): void {
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      this.#usedBytes += chunk.length;
      if (this.#usedBytes <= this.maxBytes) return;
      release();
      refuse();
    };
    const release = () => {
      // What comes later is thrown away with the connection.
      body.off('data', count);
      this.#usedBytes -= bytes;
      bytes = 0;
    };
    body.on('data', count);
    body.once('end', release);
    body.once('close', release);
  }
}

/** How long the body of a request is, as far as it says. */
function getDeclaredBytes({ raw, head }: RoutedRequest): number {
  return head.transferCoding === undefined ? Number(raw.headers['content-length'] ?? 0) : Number.POSITIVE_INFINITY;
}

function createBudgetFailure(): BusError {
  return createFailure('OVERLOADED', {
    detail: 'more bodies are being sent than can be read at once',
    headers: { connection: 'close' },
  });
}
