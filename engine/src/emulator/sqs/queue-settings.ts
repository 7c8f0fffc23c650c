/** Where messages go that were received too often. */
export interface Redrive {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** A queue's attributes as far as they decide what happens to messages, parsed. */
export interface QueueSettings {
  visibilityTimeoutSeconds: number;
  delaySeconds: number;
  retentionSeconds: number;
  receiveWaitSeconds: number;
  maxMessageBytes: number;
  redrive: Redrive | undefined;
  contentBasedDeduplication: boolean;
  deduplicationScope: 'queue' | 'messageGroup';
}

/** Settings from attributes that are complete and valid. */
export function settingsOf(attributes: ReadonlyMap<string, string>): QueueSettings {
  const redrivePolicy = attributes.get('RedrivePolicy');
  return {
    visibilityTimeoutSeconds: Number(attributes.get('VisibilityTimeout')),
    delaySeconds: Number(attributes.get('DelaySeconds')),
    retentionSeconds: Number(attributes.get('MessageRetentionPeriod')),
    receiveWaitSeconds: Number(attributes.get('ReceiveMessageWaitTimeSeconds')),
    maxMessageBytes: Number(attributes.get('MaximumMessageSize')),
    redrive: redrivePolicy === undefined ? undefined : parseRedrive(redrivePolicy),
    contentBasedDeduplication: attributes.get('ContentBasedDeduplication') === 'true',
    deduplicationScope: attributes.get('DeduplicationScope') === 'messageGroup' ? 'messageGroup' : 'queue',
  };
}

function parseRedrive(policy: string): Redrive {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy);
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) };
}
