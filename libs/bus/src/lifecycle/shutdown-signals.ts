import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** The message from the primary process that makes a worker shut down. */
export const SHUTDOWN_MESSAGE = 'trunkline:end';
/** The primary process may have sent a connection before it knew that the worker has stopped accepting; the worker returns it. */
const CONNECTION_RETURN_MS = 100;

/**
 * Shuts this process down on SIGTERM or SIGINT (Ctrl-C), and exits at once on the second signal. A worker also shuts down on a message
 * from the primary process, and when it loses the primary process.
 *
 * @param stop - shuts the work down; resolves with `false` when requests were cut off
 * @returns shuts the process down for another reason, with at least the given exit code
 */
export function shutDownOnSignals(
  stop: (reason: string) => Promise<boolean>,
): (reason: string, minExitCode?: number) => void {
  let isShuttingDown = false;
  let signalCount = 0;
  let exitCode = 0;
  const shutDown = (reason: string, minExitCode = 0) => {
    exitCode = Math.max(exitCode, minExitCode);
    if (isShuttingDown) return;
    isShuttingDown = true;
    stop(reason).then(
      (isInTime) => void exitWith(Math.max(exitCode, isInTime ? 0 : 1)),
      (thrown: unknown) => {
        process.stderr.write(`the bus could not shut down cleanly: ${String(thrown)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      signalCount += 1;
      if (signalCount > 1) process.exit(1);
      shutDown(signal);
    });
  }
  if (!cluster.worker) return shutDown;
  // Otherwise Node exits at once when the worker loses the primary process, with requests in flight.
  cluster.worker.exitedAfterDisconnect = true;
  process.on('message', (message) => message === SHUTDOWN_MESSAGE && shutDown('message from the primary process'));
  process.on('disconnect', () => shutDown('primary process lost'));
  return shutDown;
}

async function exitWith(code: number): Promise<never> {
  if (cluster.isWorker) await sleep(CONNECTION_RETURN_MS);
  process.exit(code);
}
