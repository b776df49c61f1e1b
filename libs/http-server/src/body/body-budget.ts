import type { IncomingMessage } from 'node:http';
import { type BusError, createFailure } from '@trunkline/failures';
import type { ErrorResponder } from '../response/error-responder';
import type { RoutedRequest, OnRequestStep } from '../request/on-request';

/** Bodies up to this size are not counted: most arrive with the head, and the number of connections is limited. */
const SMALL_BYTES = 16_384;

/**
 * Limits the bytes of request bodies that are being read at the same time, over all requests. Beyond the limit, requests are rejected: new
 * ones before their body is read, and one whose body exceeds the limit while it is read.
 *
 * Counts received bytes, not announced ones: a client that announces a large body and sends nothing does not use up the budget.
 */
export class BodyBudget {
  #usedBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /**
   * Creates the step that counts the body of a request; it throws `OVERLOADED` when the budget is used up. It must be the last step before
   * the body is read: it listens for data, which would be lost during a later asynchronous step.
   */
  createStep(errorResponder: ErrorResponder): OnRequestStep {
    return (request, reply) => {
      if (getDeclaredBytes(request) <= SMALL_BYTES) return undefined;
      if (this.#usedBytes >= this.maxBytes) throw createBudgetFailure();
      this.#watch(request.raw, () => {
        if (!reply.sent) errorResponder.send(createBudgetFailure(), request, reply);
      });
      return undefined;
    };
  }

  #watch(body: IncomingMessage, reject: () => void): void {
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      this.#usedBytes += chunk.length;
      if (this.#usedBytes <= this.maxBytes) return;
      release();
      reject();
    };
    const release = () => {
      // The rest of a rejected body is discarded with the connection.
      body.off('data', count);
      this.#usedBytes -= bytes;
      bytes = 0;
    };
    body.on('data', count);
    body.once('end', release);
    body.once('close', release);
  }
}

/** The declared length of a body; infinite for a chunked one. */
function getDeclaredBytes({ raw, head }: RoutedRequest): number {
  return head.transferCoding === undefined ? Number(raw.headers['content-length'] ?? 0) : Number.POSITIVE_INFINITY;
}

function createBudgetFailure(): BusError {
  return createFailure('OVERLOADED', {
    detail: 'too many request bodies are being sent at the same time',
    headers: { connection: 'close' },
  });
}
