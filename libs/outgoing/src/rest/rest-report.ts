import type { ConnectionReport } from '../connection-kind';
import { describeHttp } from '../http/http-report';
import type { RestConfig } from './rest-section';
import type { RestSettings } from './rest-settings';

/** Describes the effective settings of a REST connection. */
export function createRestReport(settings: RestSettings, config: RestConfig): ConnectionReport {
  const { name, numbers, emptyList, onStatus } = settings;
  return {
    name,
    ...describeHttp(settings, config),
    numbers,
    ...(emptyList !== undefined && { emptyList }),
    onStatus,
    services: Object.keys(config.services ?? {}),
  };
}
