import type { PolicyEnvironment } from './policy-environment';
import type { PolicyEvent } from './pipeline';

/** A policy environment whose clock and random numbers a spec controls, with a record of all events. */
export class RecordingEnvironment implements PolicyEnvironment<PolicyEvent> {
  readonly name = 'CRM';
  readonly events: PolicyEvent[] = [];
  readonly clock = { nowMs: () => this.#nowMs };
  #nowMs = 0;

  /** @param random - default: 0.5, where jitter changes nothing */
  constructor(readonly random: () => number = () => 0.5) {}

  readonly onEvent = (event: PolicyEvent): void => {
    this.events.push(event);
  };

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
