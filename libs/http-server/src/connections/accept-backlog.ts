import cluster from 'node:cluster';
import type { Server } from 'node:net';
import { setImmediate as waitForImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Time that the primary process of a cluster may take to hand a connection over, on a busy machine. */
const CLUSTER_HANDOVER_MS = 50;
/** Bounds the wait while new connections keep arriving. */
const MAX_WAIT_MS = 1_000;

/**
 * The accept backlog of a server: connections that the kernel has accepted, but Node has not. The kernel resets them when the server stops
 * listening. Node accepts one connection per tick of the event loop, and a cluster worker receives them one by one from the primary process.
 */
export class AcceptBacklog {
  #count = 0;

  constructor(server: Server) {
    server.on('connection', () => {
      this.#count += 1;
    });
  }

  /** Resolves once no further connection arrives, after a second at the latest. */
  async waitUntilDrained(): Promise<void> {
    const untilMs = performance.now() + MAX_WAIT_MS;
    let countBefore: number;
    do {
      countBefore = this.#count;
      await waitBriefly();
    } while (this.#count > countBefore && performance.now() < untilMs);
  }
}

async function waitBriefly(): Promise<void> {
  if (cluster.isWorker) await sleep(CLUSTER_HANDOVER_MS);
  // The current tick may be past its poll phase already.
  else for (let ticks = 0; ticks < 2; ticks += 1) await waitForImmediate();
}
