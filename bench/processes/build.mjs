// A build of the bus, and how its contestants run.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pinCommand } from './cores.mjs';
import { ContestantProcess } from './contestant-process.mjs';

/** A working tree with compiled packages and the code of the benchmark. */
export class Build {
  #node;
  #cores;
  #profileDirectory;

  /**
   * @param root - the directory of the working tree
   * @param options - `node`: the program that runs contestants; `cores`: of `pinLoadGenerator`; `profileDirectory`: where each contestant
   *   writes a CPU profile
   */
  constructor(root, { node, cores, profileDirectory }) {
    this.root = root;
    this.#node = node;
    this.#cores = cores;
    this.#profileDirectory = profileDirectory;
  }

  /** The main file of the package `trunkline` of this build. */
  get trunkline() {
    return createRequire(join(this.root, 'bench', 'run.mjs')).resolve('trunkline');
  }

  /**
   * Starts `contestants/<name>.mjs`; resolves when it accepts requests.
   *
   * @param options - `env`: more environment variables; `usesAllCores`: it is not pinned to the core of contestants
   */
  start(name, { env, usesAllCores = false } = {}) {
    const cores = usesAllCores ? this.#cores?.all : this.#cores?.contestants;
    return this.#launch(name, { env, cores, profileDirectory: this.#profileDirectory });
  }

  /** Starts a process that contestants call; it runs on the core of the load generator. */
  startUpstream() {
    return this.#launch('upstream', { cores: this.#cores?.load });
  }

  #launch(name, { env, cores, profileDirectory }) {
    const profile = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [];
    const script = join(this.root, 'bench', 'contestants', `${name}.mjs`);
    return ContestantProcess.start({
      name,
      build: this,
      command: [...pinCommand([this.#node, ...profile], cores), script],
      env,
    });
  }
}
