import type { Role } from '@trunkline/jobs';
import { bootstrap } from '../bootstrap';
import { runWorkers } from '../workers/run-workers';

interface StartOptions {
  readonly config: string;
  readonly port?: number;
  readonly role?: Role;
  /** How many processes; without it, this one alone. */
  readonly workers?: number;
}

/** `trunkline start [--config DIR] [--port N] [--role http|worker|all] [--workers N|auto]` */
export async function runBus({ workers, config, port, role }: StartOptions): Promise<void> {
  if (workers === undefined) {
    await bootstrap({ config, ...(port !== undefined && { port }), ...(role && { role }) });
    return;
  }
  const given = { config, port, role };
  const options = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  process.exit(await runWorkers({ count: workers, args: ['start', ...options] }));
}
