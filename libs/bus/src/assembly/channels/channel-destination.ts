import { ValidationFailedError, violationAt } from '@trunkline/failures';
import { RegisteredService, Service, type ServiceRegistry } from '@trunkline/service';

/** The service or the topic of a channel. */
interface Destination {
  readonly service?: string | undefined;
  readonly topic?: string | undefined;
}

/**
 * Finds the service of a channel; for a topic, creates one that publishes to it.
 *
 * @throws {Error} when the registry has no such service
 */
export function resolveChannelService(
  { service, topic = '' }: Destination,
  registry: ServiceRegistry,
): RegisteredService {
  return service === undefined ? createTopicService(topic) : registry.get(service);
}

/** Formats the destination of a channel for people: `customer.get`, `topic orders`. */
export function formatDestination({ service, topic = '' }: Destination): string {
  return service ?? `topic ${topic}`;
}

/** The response to a published message. */
interface PublicationReceipt {
  readonly topic: string;
  /** The number of subscribers that have a job for the message. */
  readonly subscribers: number;
}

/** Creates the service of a channel that has a topic instead: it publishes the body, and responds 202 once the jobs are stored. */
function createTopicService(topic: string): RegisteredService {
  class PublishToTopic extends Service<unknown, PublicationReceipt> {
    async handle() {
      const { payload } = this.request;
      if (payload === undefined) throw new ValidationFailedError([violationAt([], 'a body is expected', 'required')]);
      const { subscribers } = await this.publish(topic, payload, { refusals: 'forward' });
      this.response.statusCode = 202;
      return { topic, subscribers };
    }
  }
  return new RegisteredService(
    { name: `topic.${topic}`, description: `Publishes to the topic ${topic}` },
    PublishToTopic,
  );
}
