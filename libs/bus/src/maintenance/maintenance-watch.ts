import { unwatchFile, watchFile } from 'node:fs';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Closure, EDGE, type Edge } from '@trunkline/channels';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../bus-config';
import { BUS_CONFIG, LOGGER } from '../tokens';
import { MaintenanceFile } from './maintenance-file';

/** How often the file is looked at. It works on every file system, which notifications do not. */
const LOOK_EVERY_MS = 500;

/** Tells the edge what is being worked on: what the configuration says at first, and what the file says at any time. */
@Injectable()
export class MaintenanceWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #file: MaintenanceFile;
  readonly #look = () => this.#read();
  #wasAny = false;

  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(EDGE) private readonly edge: Edge | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#file = new MaintenanceFile(config.loaded.root);
  }

  onApplicationBootstrap(): void {
    const { edge, config } = this;
    if (!edge) return;
    edge.maintenance.configure({ bus: config.bus.maintenance, channels: configuredChannels(config) });
    this.#read();
    watchFile(this.#file.path, { interval: LOOK_EVERY_MS, persistent: false }, this.#look);
  }

  onApplicationShutdown(): void {
    unwatchFile(this.#file.path, this.#look);
  }

  #tell(ordered: { readonly bus: boolean; readonly channels: readonly string[] }): void {
    const isAny = ordered.bus || ordered.channels.length > 0;
    if (isAny) this.logger.info(ordered, 'maintenance as ordered');
    else if (this.#wasAny) this.logger.info({}, 'maintenance is over');
    this.#wasAny = isAny;
  }

  /** What was said before holds where the file cannot be read: neither opening nor closing the bus by accident is safe. */
  #read(): void {
    try {
      const ordered = this.#file.read();
      const channels = Object.keys(ordered.channels);
      const unknown = channels.filter((name) => !Object.hasOwn(this.config.channels.rest, name));
      if (unknown.length > 0) this.logger.warn({ channels: unknown }, 'maintenance of channels that do not exist');
      this.edge?.maintenance.order(ordered);
      this.#tell({ bus: ordered.bus !== undefined, channels });
    } catch (err) {
      this.logger.error({ err, file: this.#file.path }, 'the maintenance file cannot be read, and is ignored');
    }
  }
}

function configuredChannels({ channels }: BusConfig): Record<string, Closure> {
  const closed = Object.entries(channels.rest).flatMap(([name, { maintenance }]) =>
    maintenance ? [[name, maintenance] as const] : [],
  );
  return Object.fromEntries(closed);
}
