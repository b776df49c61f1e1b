import { createHash } from 'node:crypto';

/** What a service is told of the job it runs for: `this.request.job`. */
export interface JobFacts {
  readonly id: string;
  /** 1 for the first. An attempt that ended with its process counts. */
  readonly attempt: number;
  readonly enqueuedAt: Date;
}

/** One attempt of a job, for all that it calls: what makes an effect of it the same effect in the next attempt. */
export class JobRun implements JobFacts {
  readonly #times = new Map<string, number>();
  readonly #owner: string | undefined;

  constructor(
    readonly id: string,
    readonly attempt: number,
    readonly enqueuedAt: Date,
    owner?: string,
  ) {
    this.#owner = owner;
  }

  /** Who may ask for the job; `undefined`: operators alone. Not for services, which may answer with what they are told of a job. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /**
   * A key for an effect on another system: the same in every attempt, different for every effect. Effects of one name are told
   * apart by their order, so that two orders of one job to one upstream are two orders.
   *
   * @param effect - what is done, without what may change from attempt to attempt
   */
  keyOf(effect: string): string {
    const time = (this.#times.get(effect) ?? 0) + 1;
    this.#times.set(effect, time);
    return `${this.id}.${createHash('sha256').update(`${time} ${effect}`).digest('base64url').slice(0, 12)}`;
  }
}
