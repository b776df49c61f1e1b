import cluster from 'node:cluster';
import type { Server } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** How long a connection may be on its way from a first process that shares connections out, on a busy machine. */
const CLUSTER_HANDOVER_MS = 50;
/** Clients that never cease to come do not keep a bus from ending. */
const MAX_WAIT_MS = 1_000;

/**
 * The connections that come in.
 *
 * What the kernel has accepted for a server and the server has not taken yet is reset when the server stops listening: Node takes
 * one connection in a turn of its loop, and a worker gets them one by one from the first process.
 */
export class AcceptBacklog {
  #count = 0;

  constructor(server: Server) {
    server.on('connection', () => {
      this.#count += 1;
    });
  }

  /** Resolves when all that waited have come, as nobody has come for a moment; after a second at the latest. */
  async waitUntilDrained(): Promise<void> {
    const untilMs = performance.now() + MAX_WAIT_MS;
    let known: number;
    do {
      known = this.#count;
      await waitBriefly();
    } while (this.#count > known && performance.now() < untilMs);
  }
}

async function waitBriefly(): Promise<void> {
  if (cluster.isWorker) await sleep(CLUSTER_HANDOVER_MS);
  // The first turn may have looked at the sockets already.
  else for (let turns = 0; turns < 2; turns += 1) await turn();
}
