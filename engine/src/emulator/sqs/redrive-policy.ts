import { invalidParameter } from './errors.ts';

/** What a redrive policy must know of the queue it names. */
export interface DeadLetterTarget {
  fifo: boolean;
  /** Its RedriveAllowPolicy, if any. */
  redriveAllowPolicy: string | undefined;
}

/** AWS allows up to 1,000 receives before a message is dead-lettered. */
const MAX_RECEIVE_COUNT = 1000;

/** Throws InvalidParameterValue unless `source` may send its dead letters where `policy`, a JSON object, says. */
export function checkRedrivePolicy(
  policy: string,
  source: { arn: string; fifo: boolean },
  findTarget: (arn: string) => DeadLetterTarget | undefined,
): void {
  const refuse = (reason: string) => invalidParameter('RedrivePolicy', policy, reason);
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy);
  for (const [name, value] of Object.entries({ deadLetterTargetArn, maxReceiveCount })) {
    if (value === undefined) throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`);
  }
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to ${MAX_RECEIVE_COUNT} both inclusive.`,
    );
  }
  if (!/^arn:[^:]+:sqs:[^:]*:\d*:.+$/.test(String(deadLetterTargetArn))) {
    throw refuse('Invalid value for deadLetterTargetArn.');
  }
  const target = findTarget(deadLetterTargetArn);
  if (target === undefined) throw refuse('Dead letter target does not exist.');
  if (target.fifo !== source.fifo) throw refuse('Dead-letter queue must be same type of queue as the source.');
  if (!allowsSource(target.redriveAllowPolicy, source.arn)) {
    throw refuse('The dead-letter queue does not allow this source queue.');
  }
}

/** Throws InvalidParameterValue for a RedriveAllowPolicy, a JSON object, that says nothing sensible. */
export function checkRedriveAllowPolicy(policy: string): void {
  const { redrivePermission, sourceQueueArns } = JSON.parse(policy);
  const known = ['allowAll', 'denyAll', 'byQueue'].includes(redrivePermission);
  const namesQueues = Array.isArray(sourceQueueArns) && sourceQueueArns.length > 0 && sourceQueueArns.length <= 10;
  if (!known || (redrivePermission === 'byQueue' ? !namesQueues : sourceQueueArns !== undefined)) {
    throw invalidParameter('RedriveAllowPolicy', policy, 'Amazon SQS can not create the redrive allow policy.');
  }
}

function allowsSource(redriveAllowPolicy: string | undefined, sourceArn: string): boolean {
  if (redriveAllowPolicy === undefined) return true;
  const { redrivePermission, sourceQueueArns } = JSON.parse(redriveAllowPolicy);
  return redrivePermission === 'byQueue' ? sourceQueueArns.includes(sourceArn) : redrivePermission === 'allowAll';
}
