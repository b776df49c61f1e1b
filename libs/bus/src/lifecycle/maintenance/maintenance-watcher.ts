import { unwatchFile, watchFile } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { HTTP_LISTENER } from '@trunkline/channels';
import { type MaintenanceWindow, type HttpListener } from '@trunkline/http-server';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';
import { BUS_CONFIG, LOGGER } from '../../module/tokens';
import { MaintenanceFile } from './maintenance-file';

/** How often the file is looked at. It works on every file system, which notifications do not. */
const POLL_INTERVAL_MS = 500;

/** Tells the edge what is being worked on: what the configuration says at first, and what the file says at any time. */
@Injectable()
export class MaintenanceWatcher {
  readonly #file: MaintenanceFile;
  readonly #poll = () => this.#readAndApply();
  #wasInMaintenance = false;

  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(HTTP_LISTENER) private readonly listener: HttpListener | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#file = new MaintenanceFile(config.loaded.root);
  }

  start(): void {
    const { listener, config } = this;
    if (!listener) return;
    listener.maintenance.setConfiguredWindows({
      server: config.bus.maintenance,
      scopes: listConfiguredWindows(config),
    });
    this.#readAndApply();
    watchFile(this.#file.path, { interval: POLL_INTERVAL_MS, persistent: false }, this.#poll);
  }

  stop(): void {
    unwatchFile(this.#file.path, this.#poll);
  }

  #logChange(ordered: { readonly bus: boolean; readonly channels: readonly string[] }): void {
    const isAny = ordered.bus || ordered.channels.length > 0;
    if (isAny) this.logger.info(ordered, 'maintenance as ordered');
    else if (this.#wasInMaintenance) this.logger.info({}, 'maintenance is over');
    this.#wasInMaintenance = isAny;
  }

  /** What was said before holds where the file cannot be read: neither opening nor closing the bus by accident is safe. */
  #readAndApply(): void {
    try {
      const ordered = this.#file.read();
      const channels = Object.keys(ordered.channels);
      const unknown = channels.filter((name) => !Object.hasOwn(this.config.channels.rest, name));
      if (unknown.length > 0) this.logger.warn({ channels: unknown }, 'maintenance of channels that do not exist');
      this.listener?.maintenance.setOperatorWindows({ server: ordered.bus, scopes: ordered.channels });
      this.#logChange({ bus: ordered.bus !== undefined, channels });
    } catch (err) {
      this.logger.error({ err, file: this.#file.path }, 'the maintenance file cannot be read, and is ignored');
    }
  }
}

function listConfiguredWindows({ channels }: BusConfig): Record<string, MaintenanceWindow> {
  const closed = Object.entries(channels.rest).flatMap(([name, { maintenance }]) =>
    maintenance ? [[name, maintenance] as const] : [],
  );
  return Object.fromEntries(closed);
}
