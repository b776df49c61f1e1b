import { bootstrap } from '../bootstrap';

/** `trunkline start [--config DIR] [--port N]` */
export async function startCommand({
  config,
  port,
}: {
  readonly config: string;
  readonly port?: number;
}): Promise<void> {
  await bootstrap({ config, ...(port !== undefined && { port }) });
}
