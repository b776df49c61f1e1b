import type { ServiceRegistry } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { JobsConfig } from './configuration/jobs-config';
import type { ScheduleConfig } from './configuration/schedule-section';
import type { SubscriberConfig } from './configuration/topics-section';

/** Configuration and collaborators of `Jobs`. */
export interface JobsOptions {
  /** Name of the bus. Hosts with the same name share their jobs. */
  readonly bus: string;
  /** `bus.jobs` */
  readonly config: JobsConfig;
  /** The directory of an embedded store. Absolute. */
  readonly directory: string;
  /** The section `schedule:` */
  readonly schedules: Readonly<Record<string, ScheduleConfig>>;
  /** The section `topics:` */
  readonly topics: Readonly<Record<string, { readonly subscribers: readonly SubscriberConfig[] }>>;
  readonly registry: ServiceRegistry;
  readonly logger: Logger;
  /** Create an embedded store at start, because the configuration submits jobs. Default false: the first job creates it. */
  readonly isPreparedAtStart?: boolean;
  /** Work on an embedded store that another process of this machine holds: for commands beside a bus. Default false. */
  readonly join?: boolean;
}
