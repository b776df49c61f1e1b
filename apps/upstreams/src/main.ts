import { startUpstreams } from './start-upstreams';

/** Runs the simulated systems on their fixed ports until SIGTERM or Ctrl-C. */
async function main(): Promise<void> {
  const upstreams = await startUpstreams();
  const stop = () => void upstreams.close();
  process.once('SIGTERM', stop).once('SIGINT', stop);
  for (const { name, url } of Object.values(upstreams.systems)) process.stdout.write(`${name.padEnd(15)}${url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
