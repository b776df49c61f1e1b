import { toMs } from '@trunkline/time';
import type { ServiceDeclaration } from './bus-service';
import type { Check } from './check/check';
import { compileInput, compileOutput } from './check/compile';
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

  /** A new instance for one invocation. */
  instantiate(invocation: Invocation): Service {
    return makeFor(invocation, this.serviceClass, this.dependencies);
  }
}
