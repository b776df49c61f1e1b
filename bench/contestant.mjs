// The child process of a measurement: it runs the requests of the parent, and ends with it.

/**
 * Handles the requests of the parent.
 *
 * @param skills - functions by name; each receives the argument of the parent and returns the response, or a promise of it
 */
export function runContestant(skills) {
  const readyMicros = readCpuMicros();
  const known = {
    readyMicros: () => readyMicros,
    cpuMicros: readCpuMicros,
    megabytes: readMegabytes,
    peakMegabytes: readPeakMegabytes,
    ...skills,
  };
  const respond = async ({ id, skill, argument }) => {
    try {
      process.send({ id, value: await known[skill](argument) });
    } catch (thrown) {
      process.send({ id, failure: String(thrown?.stack ?? thrown) });
    }
  };
  process.on('message', (request) => void respond(request));
  // The parent has ended: the child exits by itself, so that a profile is written.
  process.on('disconnect', () => process.exit(0));
  process.send({ id: 'ready' });
}

/**
 * CPU time of this process so far in microseconds. The operating system counts it (getrusage) for all threads, so that garbage collection,
 * compilation and workers are included; /proc/PID/stat has the same figure, but in steps of 10 ms.
 */
function readCpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Resident memory of this process in megabytes, as an operator sees it: without a forced garbage collection. */
function readMegabytes() {
  return process.memoryUsage.rss() / 1_000_000;
}

/** The most resident memory that this process has had, in megabytes. */
function readPeakMegabytes() {
  return process.resourceUsage().maxRSS / 976.5625;
}

/** Runs `count` calls, `width` at a time, and returns the CPU time that this process spent, in microseconds. */
export async function measureCost(call, { count, width }) {
  const before = readCpuMicros();
  await runCalls(call, { count, width });
  return readCpuMicros() - before;
}

/** Runs `count` calls, `width` at a time, and returns the latency of each in milliseconds. */
export async function measureLatencies(call, { count, width }) {
  const latencies = [];
  const timed = async (index) => {
    const beganMs = performance.now();
    await call(index);
    latencies.push(performance.now() - beganMs);
  };
  await runCalls(timed, { count, width });
  return latencies;
}

async function runCalls(call, { count, width }) {
  let begun = 0;
  const lane = async () => {
    while (begun < count) await call(begun++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
