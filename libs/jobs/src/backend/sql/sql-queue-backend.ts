import { PostgresQueueBackend } from 'bullmq';
import { restoreJson, escapeJson, escapeValue } from './jsonb-text';

type Adding = PostgresQueueBackend['addJob'];
type AddingSeveral = PostgresQueueBackend['addJobs'];
type AddingFlow = PostgresQueueBackend['addFlow'];
type Scheduling = PostgresQueueBackend['addJobScheduler'];
type Rescheduling = PostgresQueueBackend['updateJobSchedulerNextMillis'];
type Updating = PostgresQueueBackend['updateData'];
type Completing = PostgresQueueBackend['moveToCompleted'];

/**
 * BullMQ's PostgreSQL side for any JSON: what `jsonb` refuses is escaped, and {@link SqlPool} reads it back. Other stores keep the
 * text of JSON, and all have to accept the same jobs.
 */
export class SqlQueueBackend extends PostgresQueueBackend {
  override addJob(...[job, ...rest]: Parameters<Adding>): ReturnType<Adding> {
    return super.addJob(escapeData(job), ...rest);
  }

  override addJobs(entries: Parameters<AddingSeveral>[0]): ReturnType<AddingSeveral> {
    return super.addJobs(entries.map((entry) => ({ ...entry, job: escapeData(entry.job) })));
  }

  override addFlow(entries: Parameters<AddingFlow>[0]): ReturnType<AddingFlow> {
    return super.addFlow(entries.map((entry) => ({ ...entry, jobData: escapeData(entry.jobData) })));
  }

  override addJobScheduler(...[id, nextMs, template, ...rest]: Parameters<Scheduling>): ReturnType<Scheduling> {
    return super.addJobScheduler(id, nextMs, escapeJson(template), ...rest);
  }

  override updateJobSchedulerNextMillis(
    ...[id, nextMs, template, ...rest]: Parameters<Rescheduling>
  ): ReturnType<Rescheduling> {
    return super.updateJobSchedulerNextMillis(id, nextMs, escapeJson(template), ...rest);
  }

  override updateData(...[job, data]: Parameters<Updating>): ReturnType<Updating> {
    return super.updateData(job, escapeValue(data));
  }

  override moveToCompleted(...[job, result, ...rest]: Parameters<Completing>): ReturnType<Completing> {
    return super.moveToCompleted(job, escapeValue(result), ...rest);
  }

  override async getProcessedChildrenValues(id: string): Promise<Record<string, string>> {
    const values = await super.getProcessedChildrenValues(id);
    return Object.fromEntries(Object.entries(values).map(([key, json]) => [key, restoreJson(json)]));
  }
}

function escapeData<J extends { readonly data: string }>(job: J): J {
  return { ...job, data: escapeJson(job.data) };
}
