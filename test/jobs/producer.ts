import { setTimeout as sleep } from 'node:timers/promises';
import { measureTime } from '@trunkline/testing';
import { createJsonRequest } from '../send-request';

/** Response of a channel to the submission of a job. */
export interface SubmissionResponse {
  readonly status: number;
  readonly tookMs: number;
  readonly code: string | undefined;
}

const RETRY_DELAY_MS = 30;
const SUBMIT_TIMEOUT_MS = 180_000;

/** Clients that submit jobs, and submit another one after a rejection or a failed connection. */
export class Producer {
  /** Ids of the jobs that were accepted, by the key of their input. */
  readonly accepted = new Map<string, string>();
  /** Responses with another status than 202. */
  readonly rejected: SubmissionResponse[] = [];
  /** Number of refused connections, and of connections that closed before the response. */
  connectionFailures = 0;
  #nextKey = 0;

  /** @param url - returns the URL of the current host; `undefined` while there is none */
  constructor(
    private readonly url: () => string | undefined,
    private readonly workMs: number,
  ) {}

  /** Submits jobs until `count` more are accepted. */
  async submit(count: number, width = 8): Promise<void> {
    const deadlineMs = Date.now() + SUBMIT_TIMEOUT_MS;
    let left = count;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        while (!(await this.submitOne())) {
          if (Date.now() > deadlineMs) throw new Error(`${left} jobs of ${count} were not accepted`);
          await sleep(RETRY_DELAY_MS);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(width, count) }, client));
  }

  /** Submits one job. @returns whether it was accepted */
  async submitOne(): Promise<boolean> {
    const url = this.url();
    if (url === undefined) return false;
    const key = `k${this.#nextKey++}`;
    try {
      const submit = () => fetch(`${url}/later`, createJsonRequest('POST', { key, ms: this.workMs }));
      const { result: response, tookMs } = await measureTime(submit);
      const body = (await response.json()) as { readonly id?: string; readonly code?: string };
      if (response.status === 202) this.accepted.set(key, String(body.id));
      else this.rejected.push({ status: response.status, tookMs, code: body.code });
      return response.status === 202;
    } catch {
      this.connectionFailures += 1;
      return false;
    }
  }
}
