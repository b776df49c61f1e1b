import { type Command, Option } from 'commander';
import { load } from './load';

/** `trunkline hash-key`: the hash of a secret, which is never an argument, since those show in lists of processes. */
export function addHashKeyCommand(trunkline: Command): void {
  trunkline
    .command('hash-key')
    .description('print what stands in a security definition in the place of a secret, which is read from stdin')
    .option('--generate', 'make a key that nobody can guess, and print it, too')
    .addOption(
      new Option('--algorithm <name>', 'default: scrypt, and sha256 with --generate').choices(['scrypt', 'sha256']),
    )
    .option('--json', 'print JSON')
    .action((_options, command: Command) => load.hashKey().printKeyHash(command.optsWithGlobals()));
}
