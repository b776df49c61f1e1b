import type { PolicyEnvironment } from './policy-environment';
import type { PolicyEvent } from './policy-event';

/** Time and chance in the hand of a spec, and all that policies have decided. */
export class RecordingEnvironment implements PolicyEnvironment {
  readonly name = 'CRM';
  readonly events: PolicyEvent[] = [];
  readonly clock = { nowMs: () => this.#nowMs };
  #nowMs = 0;

  /** @param random - what chance says; by default the middle, where jitter changes nothing */
  constructor(readonly random: () => number = () => 0.5) {}

  readonly onEvent = (event: PolicyEvent): void => {
    this.events.push(event);
  };

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
