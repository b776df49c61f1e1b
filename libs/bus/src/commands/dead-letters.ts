import type { Jobs, JobView } from '@trunkline/jobs';
import { findViolations, getServiceChain } from '@trunkline/failures';
import { print, formatTable } from './output';
import { UsageError } from './usage-error';
import { withJobs } from './with-jobs';

interface DeadLettersOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `trunkline dead-letters list`: the latest ones, the newest first. */
export async function listDeadLetters({
  config,
  json = false,
  limit,
}: DeadLettersOptions & { readonly limit: number }) {
  const found = await withJobs(config, async (jobs) => (jobs.hasStore ? jobs.deadLetters.list(limit) : []));
  if (json) return print(JSON.stringify(found.map(toPlainJob)));
  const rows = found.map(({ id, service, attempts, failedAt, failure }) => [
    id,
    service,
    String(attempts),
    failedAt?.toISOString() ?? '',
    failure?.code ?? '',
    failure?.message ?? '',
  ]);
  print(formatTable([['ID', 'SERVICE', 'ATTEMPTS', 'FAILED', 'CODE', 'REASON'], ...rows]));
}

/** `trunkline dead-letters show ID`: all that is known of one. */
export async function showDeadLetter({ config, json = false, id }: SingleDeadLetterOptions) {
  const letter = await withJobs(config, async (jobs) => (jobs.hasStore ? jobs.deadLetters.find(id) : undefined));
  if (!letter) throw new UsageError(formatNotFound(id));
  print(JSON.stringify(toPlainJob(letter), undefined, json ? 0 : 2));
}

/** `trunkline dead-letters retry ID`: it is tried again, as often as at first. */
export function retryDeadLetter(options: SingleDeadLetterOptions) {
  return changeDeadLetter(options, 'retried', (jobs) => jobs.deadLetters.retry(options.id));
}

/** `trunkline dead-letters drop ID`: it is removed for good. */
export function dropDeadLetter(options: SingleDeadLetterOptions) {
  return changeDeadLetter(options, 'dropped', (jobs) => jobs.deadLetters.drop(options.id));
}

interface SingleDeadLetterOptions extends DeadLettersOptions {
  readonly id: string;
}

async function changeDeadLetter(
  { config, json = false, id }: SingleDeadLetterOptions,
  done: string,
  work: (jobs: Jobs) => Promise<boolean>,
): Promise<void> {
  const isDone = await withJobs(config, async (jobs) => jobs.hasStore && (await work(jobs)));
  if (!isDone) throw new UsageError(formatNotFound(id));
  print(json ? JSON.stringify({ id, [done]: true }) : `${id} ${done}`);
}

function formatNotFound(id: string): string {
  return `there is no dead letter ${id}: \`trunkline dead-letters list\` has those there are`;
}

function toPlainJob({ failure, result: _result, owner: _owner, ...letter }: JobView) {
  return { ...letter, ...(failure && { failure: toPlainFailure(failure) }) };
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
