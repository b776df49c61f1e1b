import { setTimeout as sleep } from 'node:timers/promises';
import { createJsonRequest } from '../send-request';

/** How a channel answered that was asked for a job. */
export interface SubmissionResponse {
  readonly status: number;
  readonly tookMs: number;
  readonly code: string | undefined;
}

const RETRY_DELAY_MS = 30;
const SUBMIT_TIMEOUT_MS = 180_000;

/** Clients that ask for jobs, and ask again for another one when they are refused or nobody answers. */
export class Producer {
  /** Ids of the jobs that were accepted, by the key of their input. */
  readonly accepted = new Map<string, string>();
  /** Every answer but 202. */
  readonly rejected: SubmissionResponse[] = [];
  /** How often there was nobody, or a connection was cut before the answer. */
  connectionFailures = 0;
  #nextKey = 0;

  /** @param url - of the channel's host, which may be another one at each call; `undefined` while there is none */
  constructor(
    private readonly url: () => string | undefined,
    private readonly workMs: number,
  ) {}

  /** Goes on until so many more jobs are accepted. */
  async submit(count: number, width = 8): Promise<void> {
    const giveUpAt = Date.now() + SUBMIT_TIMEOUT_MS;
    let left = count;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        while (!(await this.submitOne())) {
          if (Date.now() > giveUpAt) throw new Error(`${left} jobs of ${count} were not accepted`);
          await sleep(RETRY_DELAY_MS);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(width, count) }, client));
  }

  /** Asks for one job. @returns whether it was accepted */
  async submitOne(): Promise<boolean> {
    const url = this.url();
    if (url === undefined) return false;
    const key = `k${this.#nextKey++}`;
    const beganAt = performance.now();
    try {
      const response = await fetch(`${url}/later`, createJsonRequest('POST', { key, ms: this.workMs }));
      const body = (await response.json()) as { readonly id?: string; readonly code?: string };
      if (response.status === 202) this.accepted.set(key, String(body.id));
      else this.rejected.push({ status: response.status, tookMs: performance.now() - beganAt, code: body.code });
      return response.status === 202;
    } catch {
      this.connectionFailures += 1;
      return false;
    }
  }
}
