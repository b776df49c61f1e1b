import { formatSuggestion } from '@trunkline/config';
import type { Jobs, ScheduleView } from '@trunkline/jobs';
import { formatDuration } from '@trunkline/time';
import type { BusConfig } from '../config/bus-config';
import { print, formatTable } from './output';
import { UsageError } from './usage-error';
import { withJobs } from './with-jobs';

interface SchedulesOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Runs `trunkline schedules list`: prints the schedules with their next run. */
export async function listSchedules({ config, json = false }: SchedulesOptions): Promise<void> {
  const schedules = await withJobs(config, (jobs) => jobs.schedules.list(jobs.hasStore), ['schedule']);
  if (json) return print(JSON.stringify(schedules.map(({ name, config: all, nextAt }) => ({ name, ...all, nextAt }))));
  const rows = schedules.map((schedule) => [
    schedule.name,
    formatRecurrence(schedule),
    schedule.config.service,
    schedule.nextAt?.toISOString() ?? 'after a bus has started',
  ]);
  print(formatTable([['SCHEDULE', 'WHEN', 'SERVICE', 'NEXT'], ...rows]));
}

/** Runs `trunkline schedules run-now NAME`: creates the job of a schedule now, in addition to its regular runs. */
export async function runScheduleNow({ config, json = false, name }: SchedulesOptions & { readonly name: string }) {
  const runNow = async (jobs: Jobs, { schedule }: BusConfig) => {
    const settings = schedule[name];
    if (!settings) throw new UsageError(`there is no schedule ${name}${formatSuggestion(name, Object.keys(schedule))}`);
    return jobs.schedules.runNow(name, settings);
  };
  const id = await withJobs(config, runNow, ['schedule']);
  print(json ? JSON.stringify({ id }) : id);
}

function formatRecurrence({ config: { cron, timezone, every } }: ScheduleView): string {
  return every === undefined ? `${cron} ${timezone}` : `every ${formatDuration(every)}`;
}
