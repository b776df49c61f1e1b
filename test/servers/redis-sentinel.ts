import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './find-binary';
import { findFreePort } from './find-free-port';

/** A single Sentinel for a master, with a failover after half a second. */
export class RedisSentinel {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
    private readonly directory: string,
  ) {}

  /** Starts to monitor the master on a local port under the name `jobs`. Replicas are discovered. */
  static async start(masterPort: number): Promise<RedisSentinel> {
    const port = await findFreePort();
    const directory = mkdtempSync(join(tmpdir(), 'trunkline-sentinel-'));
    const file = join(directory, 'sentinel.conf');
    writeFileSync(
      file,
      [
        `port ${port}`,
        'bind 127.0.0.1',
        `dir ${directory}`,
        `sentinel monitor jobs 127.0.0.1 ${masterPort} 1`,
        'sentinel down-after-milliseconds jobs 500',
        'sentinel failover-timeout jobs 2000',
        '',
      ].join('\n'),
    );
    const process = spawn(findBinary('redis-server') ?? '', [file, '--sentinel'], { stdio: 'ignore' });
    return new RedisSentinel(port, process, directory);
  }

  /** Stops the Sentinel and removes its files. */
  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
