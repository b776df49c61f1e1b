// Prints what the bus costs, beside what others cost on the same machine in the same run, as a Markdown table.
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GROUPS } from './rows.mjs';
import { formatHead, formatRow } from './table.mjs';

/** Enough for medians that come out the same again, in a minute and a half on two cores. */
const FULL_RUN = { rounds: 11, starts: 5 };
const QUICK_RUN = { rounds: 5, starts: 2 };

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(GROUPS).join(',') },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(formatUsage());
else await run(options);

async function run({ only, quick, profile }) {
  const names = only.split(',');
  const unknown = names.filter((name) => !Object.hasOwn(GROUPS, name));
  if (unknown.length > 0)
    throw new Error(`there is no row ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}`);
  const terms = { ...(quick ? QUICK_RUN : FULL_RUN), ...(profile && { profileDirectory: resolve(profile) }) };
  console.log(
    `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'CPU'}, medians of ${terms.rounds} rounds\n`,
  );
  console.log(formatHead());
  for (const name of names) for (const row of await GROUPS[name](terms)) console.log(formatRow(row));
}

function formatUsage() {
  return `npm run bench -- [--only ${Object.keys(GROUPS).join(',')}] [--quick] [--profile DIRECTORY]

--only     the rows of these groups
--quick    fewer rounds, for a first look
--profile  every contestant leaves a CPU profile there (open it in Chrome's DevTools); figures are higher then`;
}
