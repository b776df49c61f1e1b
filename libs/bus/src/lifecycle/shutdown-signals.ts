import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** What the first process tells a worker that is to end. */
export const SHUTDOWN_MESSAGE = 'trunkline:end';
/** The first process may have sent a connection before it knew that the worker takes no more: the worker has to give it back. */
const CONNECTION_RETURN_MS = 100;

/**
 * Ends this process in order on SIGTERM or Ctrl-C, and at once on the second signal. A worker ends on a word of the first process,
 * too, and when that is gone; the signal that both of them get does not count twice.
 *
 * @param stop - ends the work; `false` when something had to be cut off
 * @returns ends it for another reason, with an exit code of at least that
 */
export function shutDownOnSignals(
  stop: (reason: string) => Promise<boolean>,
): (reason: string, leastCode?: number) => void {
  let isEnding = false;
  let signals = 0;
  let code = 0;
  const end = (reason: string, leastCode = 0) => {
    code = Math.max(code, leastCode);
    if (isEnding) return;
    isEnding = true;
    stop(reason).then(
      (isInTime) => void exitWith(Math.max(code, isInTime ? 0 : 1)),
      (thrown: unknown) => {
        process.stderr.write(`the bus could not end in order: ${String(thrown)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(1);
      end(signal);
    });
  }
  if (!cluster.worker) return end;
  // Without it, Node exits at once when the first process is gone, whatever is under way.
  cluster.worker.exitedAfterDisconnect = true;
  process.on('message', (message) => message === SHUTDOWN_MESSAGE && end('the first process'));
  process.on('disconnect', () => end('the loss of the first process'));
  return end;
}

async function exitWith(code: number): Promise<never> {
  if (cluster.isWorker) await sleep(CONNECTION_RETURN_MS);
  process.exit(code);
}
