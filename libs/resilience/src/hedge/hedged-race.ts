import type { CallScope } from '../call-scope';
import type { HedgedAttempt } from './hedged-attempt';

/** Options of a race of attempts. */
export interface HedgedRaceOptions<T> {
  readonly startAttempt: () => HedgedAttempt<T>;
  readonly scope: CallScope;
  /** From the start of one attempt to the next. */
  readonly afterMs: number;
  /** Whether extra attempt number `extra`, from 1, may start. If so, it is counted. */
  readonly tryStartExtra: (extra: number) => boolean;
}

/** Starts attempts one after the other until one resolves. Rejects with the first failure when all that have started have failed. */
export function raceHedgedAttempts<T>({
  startAttempt,
  scope,
  afterMs,
  tryStartExtra,
}: HedgedRaceOptions<T>): Promise<T> {
  const running = new Set<HedgedAttempt<T>>();
  const failures: unknown[] = [];
  let timer: NodeJS.Timeout | undefined;
  const stopHedging = () => clearTimeout(timer);

  const race = new Promise<T>((resolve, reject) => {
    const win = (attempt: HedgedAttempt<T>, result: T) => {
      running.delete(attempt);
      resolve(result);
    };
    const lose = (attempt: HedgedAttempt<T>, failure: unknown) => {
      running.delete(attempt);
      failures.push(failure);
      if (running.size === 0) reject(failures[0]);
    };
    const start = () => {
      const attempt = startAttempt();
      running.add(attempt);
      attempt.outcome.then(
        (result) => win(attempt, result),
        (failure: unknown) => lose(attempt, failure),
      );
    };
    const hedgeLater = (extra: number) => {
      timer = setTimeout(() => {
        if (!tryStartExtra(extra)) return;
        start();
        hedgeLater(extra + 1);
      }, afterMs);
    };
    start();
    hedgeLater(1);
  });
  const stopListening = scope.onCancel(stopHedging);
  return race.finally(() => {
    stopHedging();
    stopListening();
    for (const loser of running) loser.cancel();
  });
}
