import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinary } from './find-binary';
import { findFreePort } from './find-free-port';

const READY_WITHIN_MS = 10_000;

/** Options of an nginx in front of a test server. */
export interface NginxOptions {
  /** URL of the server that receives the requests: `http://127.0.0.1:PORT`. */
  readonly backend: string;
  /** Server certificate in PEM. */
  readonly certificate: { readonly key: string; readonly cert: string };
  /** Further directives of the server, such as `keepalive_requests 5;`. */
  readonly directives: string;
}

/** A temporary nginx with HTTP/2 over TLS. */
export class NginxServer {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
    private readonly directory: string,
  ) {}

  /** Starts an nginx on a free port. */
  static async start(options: NginxOptions): Promise<NginxServer> {
    const port = await findFreePort();
    const directory = mkdtempSync(join(tmpdir(), 'trunkline-nginx-'));
    mkdirSync(join(directory, 'logs'));
    writeFileSync(join(directory, 'key.pem'), options.certificate.key);
    writeFileSync(join(directory, 'cert.pem'), options.certificate.cert);
    writeFileSync(join(directory, 'nginx.conf'), createConfiguration(port, directory, options));
    const process = spawn(findBinary('nginx') ?? '', ['-p', directory, '-c', join(directory, 'nginx.conf')], {
      stdio: 'ignore',
    });
    const server = new NginxServer(port, process, directory);
    await waitUntilReady(port);
    return server;
  }

  /** Stops nginx and removes its files. */
  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function createConfiguration(port: number, directory: string, { backend, directives }: NginxOptions): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(directory, kind)};`,
  );
  return `
daemon off;
worker_processes 1;
pid ${join(directory, 'nginx.pid')};
error_log ${join(directory, 'error.log')};
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${join(directory, 'cert.pem')};
    ssl_certificate_key ${join(directory, 'key.pem')};
    ${directives}
    location / { proxy_pass ${backend}; }
  }
}
`;
}

async function waitUntilReady(port: number): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const isOpen = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      once(socket, 'close').then(() => false),
    ]);
    socket.destroy();
    if (isOpen) return;
    if (performance.now() > end) throw new Error(`nginx did not listen on ${port} in time`);
    await sleep(20);
  }
}
