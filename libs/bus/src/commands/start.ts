import type { Role } from '@trunkline/jobs';
import { bootstrap } from '../bootstrap';

/** `trunkline start [--config DIR] [--port N] [--role http|worker|all]` */
export async function startCommand({
  config,
  port,
  role,
}: {
  readonly config: string;
  readonly port?: number;
  readonly role?: Role;
}): Promise<void> {
  await bootstrap({ config, ...(port !== undefined && { port }), ...(role && { role }) });
}
