import { ValidationFailedError, violationAt } from '@trunkline/failures';
import { toMs } from '@trunkline/time';
import type { ServiceDeclaration } from './bus-service';
import type { Check } from './check/check';
import { compileInput, compileOutput } from './check/compile';
import { secretMembersOf } from './check/secret-members';
import { type Invocation, makeFor } from './invocation';
import type { Service } from './service';

/** A class of services that can be instantiated, whatever it is injected with. */
export type ServiceConstructor = (new (...dependencies: readonly unknown[]) => Service) &
  Pick<typeof Service, 'refusedOutput'>;

/** A service ready to be invoked: its declaration compiled, its dependencies resolved. */
export class BoundService {
  readonly name: string;
  readonly checkInput: Check | undefined;
  readonly checkOutput: Check | undefined;
  readonly timeoutMs: number | undefined;

  constructor(
    readonly declaration: ServiceDeclaration,
    readonly serviceClass: ServiceConstructor,
    private readonly dependencies: readonly unknown[] = [],
  ) {
    const { name, input, output, timeout } = declaration;
    this.name = name;
    this.checkInput = input === undefined ? undefined : compileInput(input);
    this.checkOutput = output === undefined ? undefined : compileOutput(output);
    this.timeoutMs = timeout === undefined ? undefined : toMs(timeout);
  }

  /** @throws {ValidationFailedError} when the input has members that its declaration marks as secret: they are not to be stored */
  refuseSecrets(input: unknown): void {
    const secrets = secretMembersOf(this.declaration.input, input);
    if (secrets.length === 0) return;
    throw new ValidationFailedError(
      secrets.map((path) =>
        violationAt(path, `${String(path.at(-1))} is secret, and the input of a job is stored: leave it out`, 'secret'),
      ),
    );
  }

  /** A new instance for one invocation. */
  instantiate(invocation: Invocation): Service {
    return makeFor(invocation, this.serviceClass, this.dependencies);
  }
}
