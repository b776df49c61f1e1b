// Starts Redis and PostgreSQL of the PATH for one run, with their data below the temporary directory of the system.
import { execFileSync, spawn } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { deleteOnExit, killOnExit } from './cleanup.mjs';

/** Where Debian installs the server programs of PostgreSQL. */
const POSTGRES_HOME = '/usr/lib/postgresql';
const READY_WITHIN_MS = 15_000;
/** More than a run needs: each contestant has a database. */
const MAX_DATABASES = 1_000;

/**
 * Starts a Redis with an append-only file, once for a run.
 *
 * @param appendfsync - `always`: it writes before it acknowledges; `everysec`: perhaps later
 * @returns `{ createUrl }`, which creates the URL of an empty database; `undefined` if Redis is not installed
 */
export const prepareRedis = once(async (appendfsync) => {
  const program = findProgram('redis-server');
  if (!program) return undefined;
  const port = await findFreePort();
  const place = ['--port', port, '--bind', '127.0.0.1', '--dir', createDirectory(), '--databases', MAX_DATABASES];
  startServer(program, [...place, '--appendonly', 'yes', '--appendfsync', appendfsync, '--save', ''], {});
  await waitUntilAccepting(port);
  let databases = 0;
  return { createUrl: () => `redis://127.0.0.1:${port}/${databases++}` };
});

/** Creates and starts a PostgreSQL, once for a run. @returns as {@link prepareRedis} */
export const preparePostgres = once(async () => {
  const [initdb, postgres] = ['initdb', 'postgres'].map(findProgram);
  if (!initdb || !postgres) return undefined;
  const owner = findServerOwner();
  const directory = createDirectory();
  if (owner.uid !== undefined) chownSync(directory, owner.uid, owner.gid);
  const port = await findFreePort();
  const options = { ...owner, cwd: directory };
  const format = ['-D', directory, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
  execFileSync(initdb, format, { ...options, stdio: 'ignore' });
  const place = ['-D', directory, '-p', port, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
  startServer(postgres, place, options);
  await waitUntilAccepting(port);
  const url = `postgres://bench@127.0.0.1:${port}`;
  let databases = 0;
  return {
    async createUrl() {
      const name = `bench_${databases++}`;
      await runStatement(`${url}/postgres`, `CREATE DATABASE ${name}`);
      return `${url}/${name}`;
    },
  };
});

/** Calls `start` once for each value of its parameter. */
function once(start) {
  const started = new Map();
  return (parameter) => {
    if (!started.has(parameter)) started.set(parameter, start(parameter));
    return started.get(parameter);
  };
}

/** A server does not keep this process from ending. */
function startServer(program, parameters, options) {
  killOnExit(spawn(program, parameters, { ...options, stdio: 'ignore' })).unref();
}

async function runStatement(connectionString, statement) {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function createDirectory() {
  return deleteOnExit(mkdtempSync(join(tmpdir(), 'trunkline-bench-')));
}

/** PostgreSQL does not run as root; root uses the user of Debian's package. */
function findServerOwner() {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'])));
  return { uid, gid };
}

function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...listPostgresFolders()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function listPostgresFolders() {
  try {
    return readdirSync(POSTGRES_HOME).map((version) => join(POSTGRES_HOME, version, 'bin'));
  } catch {
    // Debian's PostgreSQL is not installed.
    return [];
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function waitUntilAccepting(port) {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (!(await isAccepting(port))) {
    if (Date.now() > giveUpAt) throw new Error(`nothing listens on port ${port}`);
    await sleep(50);
  }
}

function isAccepting(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy() && resolve(true)).once('error', () => resolve(false));
  });
}
