import type { Jobs, JobView } from '@trunkline/jobs';
import { findViolations, getServiceChain } from '@trunkline/failures';
import { print, formatTable } from './output';
import { UsageError } from './usage-error';
import { withJobs } from './with-jobs';

interface DeadLettersOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Runs `trunkline dead-letters list`: prints the most recent dead letters, newest first. */
export async function listDeadLetters({
  config,
  json = false,
  limit,
}: DeadLettersOptions & { readonly limit: number }) {
  const deadLetters = await withJobs(config, async (jobs) => (jobs.hasStore ? jobs.deadLetters.list(limit) : []));
  if (json) return print(JSON.stringify(deadLetters.map(toPlainJob)));
  const rows = deadLetters.map(({ id, service, attempts, failedAt, failure }) => [
    id,
    service,
    String(attempts),
    failedAt?.toISOString() ?? '',
    failure?.code ?? '',
    failure?.message ?? '',
  ]);
  print(formatTable([['ID', 'SERVICE', 'ATTEMPTS', 'FAILED', 'CODE', 'REASON'], ...rows]));
}

/** Runs `trunkline dead-letters show ID`: prints input, failure and attempts of a dead letter. */
export async function showDeadLetter({ config, json = false, id }: SingleDeadLetterOptions) {
  const deadLetter = await withJobs(config, async (jobs) => (jobs.hasStore ? jobs.deadLetters.find(id) : undefined));
  if (!deadLetter) throw new UsageError(formatNotFound(id));
  print(JSON.stringify(toPlainJob(deadLetter), undefined, json ? 0 : 2));
}

/** Runs `trunkline dead-letters retry ID`: queues the job again, with the attempts of a new one. */
export function retryDeadLetter(options: SingleDeadLetterOptions) {
  return changeDeadLetter(options, 'retried', (jobs) => jobs.deadLetters.retry(options.id));
}

/** Runs `trunkline dead-letters drop ID`: deletes a dead letter. */
export function dropDeadLetter(options: SingleDeadLetterOptions) {
  return changeDeadLetter(options, 'dropped', (jobs) => jobs.deadLetters.drop(options.id));
}

interface SingleDeadLetterOptions extends DeadLettersOptions {
  readonly id: string;
}

async function changeDeadLetter(
  { config, json = false, id }: SingleDeadLetterOptions,
  outcome: string,
  change: (jobs: Jobs) => Promise<boolean>,
): Promise<void> {
  const isDone = await withJobs(config, async (jobs) => jobs.hasStore && (await change(jobs)));
  if (!isDone) throw new UsageError(formatNotFound(id));
  print(json ? JSON.stringify({ id, [outcome]: true }) : `${id} ${outcome}`);
}

function formatNotFound(id: string): string {
  return `there is no dead letter ${id}; \`trunkline dead-letters list\` prints all`;
}

function toPlainJob({ failure, result: _result, owner: _owner, ...job }: JobView) {
  return { ...job, ...(failure && { failure: toPlainFailure(failure) }) };
}

function toPlainFailure(failure: NonNullable<JobView['failure']>) {
  const { kind, code, status, title, message, detail, data } = failure;
  const violations = findViolations(failure);
  return {
    kind,
    code,
    status,
    title,
    message,
    detail,
    data,
    ...(violations.length > 0 && { violations }),
    services: getServiceChain(failure),
    causes: listCauses(failure),
  };
}

function listCauses({ cause }: Error): string[] {
  return cause instanceof Error ? [`${cause.name}: ${cause.message}`, ...listCauses(cause)] : [];
}
