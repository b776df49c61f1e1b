// Ends child processes and deletes temporary directories, however this process ends.
import { rmSync } from 'node:fs';

const tasks = new Set();

process.on('exit', () => {
  for (const task of [...tasks].toReversed()) runQuietly(task);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, (_name, number) => process.exit(128 + number));

/** Runs a synchronous function when this process ends. @returns a function that cancels it */
export function onExit(task) {
  tasks.add(task);
  return () => tasks.delete(task);
}

/** Deletes a directory when this process ends. @returns the directory */
export function deleteOnExit(directory) {
  onExit(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Kills a process when this one ends, unless it has ended by then. @returns the process */
export function killOnExit(child) {
  const cancel = onExit(() => child.kill('SIGKILL'));
  child.once('exit', cancel);
  return child;
}

/** A failure of one task keeps no other from running. */
function runQuietly(task) {
  try {
    task();
  } catch (error) {
    console.error(`clean-up failed: ${error.message}`);
  }
}
