import { PostgresQueueBackend } from 'bullmq';
import type { CompletedJobTrimmer } from './completed-job-trimmer';
import { unescapeJson, escapeJson, escapeValue } from './jsonb-escape';

type AddJob = PostgresQueueBackend['addJob'];
type AddJobs = PostgresQueueBackend['addJobs'];
type AddFlow = PostgresQueueBackend['addFlow'];
type AddJobScheduler = PostgresQueueBackend['addJobScheduler'];
type UpdateJobScheduler = PostgresQueueBackend['updateJobSchedulerNextMillis'];
type UpdateData = PostgresQueueBackend['updateData'];
type MoveToCompleted = PostgresQueueBackend['moveToCompleted'];

/**
 * BullMQ's PostgreSQL backend for any JSON: code units that `jsonb` rejects are escaped here and unescaped by {@link SqlPool}. Other
 * stores keep JSON as text, and all stores accept the same jobs.
 *
 * Completed jobs are removed by a {@link CompletedJobTrimmer} instead of the transaction that completes another job.
 */
export class SqlQueueBackend extends PostgresQueueBackend {
  /** Set by its factory: BullMQ determines the parameters of the constructor. */
  trimmer: CompletedJobTrimmer | undefined;

  override addJob(...[job, ...rest]: Parameters<AddJob>): ReturnType<AddJob> {
    return super.addJob(escapeData(job), ...rest);
  }

  override addJobs(entries: Parameters<AddJobs>[0]): ReturnType<AddJobs> {
    return super.addJobs(entries.map((entry) => ({ ...entry, job: escapeData(entry.job) })));
  }

  override addFlow(entries: Parameters<AddFlow>[0]): ReturnType<AddFlow> {
    return super.addFlow(entries.map((entry) => ({ ...entry, jobData: escapeData(entry.jobData) })));
  }

  override addJobScheduler(
    ...[id, nextMs, template, ...rest]: Parameters<AddJobScheduler>
  ): ReturnType<AddJobScheduler> {
    return super.addJobScheduler(id, nextMs, escapeJson(template), ...rest);
  }

  override updateJobSchedulerNextMillis(
    ...[id, nextMs, template, ...rest]: Parameters<UpdateJobScheduler>
  ): ReturnType<UpdateJobScheduler> {
    return super.updateJobSchedulerNextMillis(id, nextMs, escapeJson(template), ...rest);
  }

  override updateData(...[job, data]: Parameters<UpdateData>): ReturnType<UpdateData> {
    return super.updateData(job, escapeValue(data));
  }

  override async moveToCompleted(
    ...[job, result, keep, ...rest]: Parameters<MoveToCompleted>
  ): ReturnType<MoveToCompleted> {
    if (typeof keep !== 'object' || !this.trimmer)
      return super.moveToCompleted(job, escapeValue(result), keep, ...rest);
    const moved = await super.moveToCompleted(job, escapeValue(result), false, ...rest);
    this.trimmer.schedule(this.queueName, keep);
    return moved;
  }

  override async getProcessedChildrenValues(id: string): Promise<Record<string, string>> {
    const values = await super.getProcessedChildrenValues(id);
    return Object.fromEntries(Object.entries(values).map(([key, json]) => [key, unescapeJson(json)]));
  }
}

function escapeData<J extends { readonly data: string }>(job: J): J {
  return { ...job, data: escapeJson(job.data) };
}
