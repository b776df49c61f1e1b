import type { Role } from '@trunkline/jobs';
import { bootstrap } from '../bootstrap';
import { runWorkers } from '../workers/run-workers';

interface StartOptions {
  readonly config: string;
  readonly port?: number;
  readonly role?: Role;
  /** Number of worker processes. Default: none, the bus runs in this process. */
  readonly workers?: number;
}

/** Runs `trunkline start [--config DIR] [--port N] [--role http|worker|all] [--workers N|auto]`. */
export async function runBus({ workers, config, port, role }: StartOptions): Promise<void> {
  if (workers === undefined) {
    await bootstrap({ config, ...(port !== undefined && { port }), ...(role && { role }) });
    return;
  }
  const workerOptions = { config, port, role };
  const args = Object.entries(workerOptions).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  process.exit(await runWorkers({ count: workers, args: ['start', ...args] }));
}
