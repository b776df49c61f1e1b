import { type Command, InvalidArgumentError } from 'commander';
import { load } from './load';

/** Adds `jobs`, `dead-letters` and `schedules`, with their subcommands. */
export function addJobCommands(trunkline: Command): void {
  addDeadLettersCommand(trunkline.command('dead-letters').description('manage jobs that have used all their attempts'));
  addJobsCommand(trunkline.command('jobs').description('manage the job store'));
  addSchedulesCommand(trunkline.command('schedules').description('manage recurring jobs'));
}

function addJobsCommand(jobs: Command): void {
  jobs
    .command('schema')
    .description('print the SQL that creates the job tables in PostgreSQL, for a user with the rights')
    .action((_options, command: Command) => load.jobSchema().showJobSchema(command.optsWithGlobals()));
}

function addDeadLettersCommand(deadLetters: Command): void {
  deadLetters
    .command('list', { isDefault: true })
    .description('list the most recent dead letters, newest first')
    .option('--limit <n>', 'maximum number of dead letters', parseLimit, 50)
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.deadLetters().listDeadLetters(command.optsWithGlobals()));
  for (const [name, description, action] of [
    ['show', 'print input, failure and attempts of a dead letter', 'showDeadLetter'],
    [
      'retry',
      'queue a dead letter again, with the attempts of a new job; it keeps its id and its history',
      'retryDeadLetter',
    ],
    ['drop', 'delete a dead letter', 'dropDeadLetter'],
  ] as const) {
    deadLetters
      .command(name)
      .argument('<id>', 'id of the job')
      .description(description)
      .option('--json', 'print JSON')
      .action((id: string, _options, command: Command) =>
        load.deadLetters()[action]({ ...command.optsWithGlobals(), id }),
      );
  }
}

function addSchedulesCommand(schedules: Command): void {
  schedules
    .command('list', { isDefault: true })
    .description('list the schedules with their next run')
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.schedules().listSchedules(command.optsWithGlobals()));
  schedules
    .command('run-now')
    .argument('<name>', 'name of the schedule')
    .description('create the job of a schedule now, in addition to its regular runs, and print the id of the job')
    .option('--json', 'print JSON')
    .action((name: string, _options, command: Command) =>
      load.schedules().runScheduleNow({ ...command.optsWithGlobals(), name }),
    );
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new InvalidArgumentError('Expected an integer of at least 1.');
}
