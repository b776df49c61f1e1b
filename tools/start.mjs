// Runs the example: the simulated upstreams and the bus. Ends both when one of them ends, or on a signal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const startProcess = (file, ...args) => spawn(process.execPath, [file, ...args], { stdio: 'inherit' });

const systems = startProcess('apps/upstreams/dist/main.js');
const bus = startProcess('apps/host/dist/main.js');
const both = [systems, bus];

// A terminal sends Ctrl-C to all processes, a process manager SIGTERM to this one only: the bus shuts down first.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bus.kill(signal));

const [ended] = await Promise.race(both.map(async (child) => [child, ...(await once(child, 'exit'))]));
for (const child of both) if (child !== ended && child.exitCode === null) child.kill('SIGTERM');
for (const child of both) if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
process.exitCode = bus.exitCode ?? systems.exitCode ?? 1;
