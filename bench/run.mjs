// Prints the cost of the bus beside its peers, on the same machine in the same run, as a Markdown table.
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GROUPS } from './rows.mjs';
import { formatHead, formatRow } from './table.mjs';

/** Enough rounds for reproducible medians. */
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
    throw new Error(`unknown group ${unknown.join(', ')}; the groups are ${Object.keys(GROUPS).join(', ')}`);
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
--profile  writes a CPU profile of every contestant (for Chrome's DevTools); figures are higher then`;
}
