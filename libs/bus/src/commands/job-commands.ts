import { type Command, InvalidArgumentError } from 'commander';
import { load } from './load';

/** Adds `jobs`, `dead-letters` and `schedules`, with what can be done to them. */
export function addJobCommands(trunkline: Command): void {
  addDeadLettersCommand(trunkline.command('dead-letters').description('jobs that have used up their attempts'));
  addJobsCommand(trunkline.command('jobs').description('the store of jobs'));
  addSchedulesCommand(trunkline.command('schedules').description('jobs that recur'));
}

function addJobsCommand(jobs: Command): void {
  jobs
    .command('schema')
    .description('print the statements that make the tables of jobs in PostgreSQL, for a user who may run them')
    .action((_options, command: Command) => load.jobSchema().showJobSchema(command.optsWithGlobals()));
}

function addDeadLettersCommand(letters: Command): void {
  letters
    .command('list', { isDefault: true })
    .description('list the latest ones, the newest first')
    .option('--limit <n>', 'at most so many', parseLimit, 50)
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.deadLetters().listDeadLetters(command.optsWithGlobals()));
  for (const [name, description, action] of [
    ['show', 'print input, failure and attempts of one', 'showDeadLetter'],
    ['retry', 'try one again, as often as at first; it keeps its id and its history', 'retryDeadLetter'],
    ['drop', 'remove one for good', 'dropDeadLetter'],
  ] as const) {
    letters
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
    .description('list them, and when they are due')
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.schedules().listSchedules(command.optsWithGlobals()));
  schedules
    .command('run-now')
    .argument('<name>', 'name of the schedule')
    .description('make its job now, besides its ticks; prints the id of the job')
    .option('--json', 'print JSON')
    .action((name: string, _options, command: Command) =>
      load.schedules().runScheduleNow({ ...command.optsWithGlobals(), name }),
    );
}

function parseLimit(text: string): number {
  const most = Number(text);
  if (Number.isInteger(most) && most >= 1) return most;
  throw new InvalidArgumentError('It takes a whole number of at least 1.');
}
