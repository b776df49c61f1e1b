const SECOND_MS = 1_000;

/** Whether this machine's time zone data contains a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** A change of a time zone's offset from UTC at an instant. */
export interface ClockChange {
  readonly atMs: number;
  readonly offsetBeforeMs: number;
  readonly offsetAfterMs: number;
}

/** Two changes of one time zone are weeks apart, so that a day has at most one. */
const DAY_MS = 86_400_000;

/** A time zone, by this machine's time zone data. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  /** @throws {RangeError} when this machine's time zone data does not contain the zone */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Milliseconds that local time is ahead of UTC at an instant. */
  getOffsetMs(ms: number): number {
    // `3/29/2026, 01:00:00`
    const [month = 0, day = 0, year = 0, hour, minute, second] = this.#format.format(ms).split(/\D+/).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / SECOND_MS) * SECOND_MS;
  }

  /** Finds the first change of the offset after `afterMs`, up to `untilMs`; `undefined` if there is none. */
  findChange(afterMs: number, untilMs: number): ClockChange | undefined {
    const offsetBeforeMs = this.getOffsetMs(afterMs);
    for (let low = afterMs; low < untilMs; low += DAY_MS) {
      const high = Math.min(low + DAY_MS, untilMs);
      const offsetAfterMs = this.getOffsetMs(high);
      if (offsetAfterMs !== offsetBeforeMs)
        return { atMs: this.#findInstant(low, high), offsetBeforeMs, offsetAfterMs };
    }
    return undefined;
  }

  /** Finds the first instant with the offset at `high`, which differs from that at `low`. */
  #findInstant(low: number, high: number): number {
    const before = this.getOffsetMs(low);
    let [early, late] = [low, high];
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (this.getOffsetMs(middle) === before) early = middle;
      else late = middle;
    }
    return late;
  }
}
