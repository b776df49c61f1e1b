import { unwatchFile, watchFile } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { HTTP_LISTENER } from '@trunkline/channels';
import { type MaintenanceWindow, type HttpListener } from '@trunkline/http-server';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';
import { BUS_CONFIG, LOGGER } from '../../module/tokens';
import { MaintenanceFile } from './maintenance-file';

/** How often the file is read. Polling works on every file system, notifications do not. */
const POLL_INTERVAL_MS = 500;

/** Applies maintenance windows to the listener: those of the configuration once, those of the maintenance file whenever it changes. */
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

  /** Keeps the last windows when the file cannot be read: neither opening nor closing the bus by accident is safe. */
  #readAndApply(): void {
    try {
      const ordered = this.#file.read();
      const channels = Object.keys(ordered.channels);
      const known = new Set(this.config.channels.map(({ name }) => name));
      const unknown = channels.filter((name) => !known.has(name));
      if (unknown.length > 0) this.logger.warn({ channels: unknown }, 'maintenance ordered for unknown channels');
      this.listener?.maintenance.setOperatorWindows({ server: ordered.bus, scopes: ordered.channels });
      this.#logChange({ bus: ordered.bus !== undefined, channels });
    } catch (err) {
      this.logger.error(
        { err, file: this.#file.path },
        'maintenance file cannot be read; the last windows stay in force',
      );
    }
  }

  #logChange(ordered: { readonly bus: boolean; readonly channels: readonly string[] }): void {
    const isAny = ordered.bus || ordered.channels.length > 0;
    if (isAny) this.logger.info(ordered, 'maintenance windows ordered');
    else if (this.#wasInMaintenance) this.logger.info({}, 'maintenance is over');
    this.#wasInMaintenance = isAny;
  }
}

function listConfiguredWindows({ channels }: BusConfig): Record<string, MaintenanceWindow> {
  const windows = channels.flatMap(({ name, options: { maintenance } }) =>
    maintenance ? [[name, maintenance] as const] : [],
  );
  return Object.fromEntries(windows);
}
