// Rebuilds on every change and restarts the example after every build with changes.
import { spawn, spawnSync } from 'node:child_process';

const tsc = ['node_modules/@typescript/native/bin/tsc', '-b'];
spawnSync(process.execPath, tsc, { stdio: 'inherit' });

const children = [
  spawn(process.execPath, [...tsc, '--watch', '--preserveWatchOutput'], { stdio: 'inherit' }),
  spawn(process.execPath, ['apps/upstreams/dist/main.js'], { stdio: 'inherit' }),
  spawn(
    process.execPath,
    ['--watch', '--watch-path=config', '--watch-path=libs', '--watch-path=apps/host/dist', 'apps/host/dist/main.js'],
    { stdio: 'inherit' },
  ),
];

const stopChildren = () => {
  for (const child of children) child.kill('SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stopChildren);
for (const child of children) child.on('exit', stopChildren);
