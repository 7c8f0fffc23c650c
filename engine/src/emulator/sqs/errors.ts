/** Shapes that SQS models itself; everything else comes from the framework that AWS services share. */
const MODELLED = 'com.amazonaws.sqs';
const FRAMEWORK = 'com.amazon.coral.service';

/**
 * What an SQS error looks like on the wire: the shape in `__type`, and the code of the older query protocol, which SDKs
 * take from the header `x-amzn-query-error` and show as the error's name wherever no modelled shape has it.
 */
interface ErrorShape {
  namespace: string;
  shape: string;
  queryCode: string;
  status: number;
}

const modelled = (shape: string, queryCode: string, status = 400): ErrorShape => ({
  namespace: MODELLED,
  shape,
  queryCode,
  status,
});

const SHAPES = {
  BatchEntryIdsNotDistinct: modelled('BatchEntryIdsNotDistinct', 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct'),
  BatchRequestTooLong: modelled('BatchRequestTooLong', 'AWS.SimpleQueueService.BatchRequestTooLong'),
  EmptyBatchRequest: modelled('EmptyBatchRequest', 'AWS.SimpleQueueService.EmptyBatchRequest'),
  InvalidAttributeName: modelled('InvalidAttributeName', 'InvalidAttributeName'),
  InvalidAttributeValue: modelled('InvalidAttributeValue', 'InvalidAttributeValue'),
  InvalidBatchEntryId: modelled('InvalidBatchEntryId', 'AWS.SimpleQueueService.InvalidBatchEntryId'),
  InvalidMessageContents: modelled('InvalidMessageContents', 'InvalidMessageContents'),
  InvalidParameterValue: {
    namespace: FRAMEWORK,
    shape: 'InvalidParameterValueException',
    queryCode: 'InvalidParameterValue',
    status: 400,
  },
  MalformedInput: { namespace: FRAMEWORK, shape: 'SerializationException', queryCode: 'MalformedInput', status: 400 },
  MessageNotInflight: modelled('MessageNotInflight', 'AWS.SimpleQueueService.MessageNotInflight'),
  MissingParameter: {
    namespace: FRAMEWORK,
    shape: 'MissingRequiredParameterException',
    queryCode: 'MissingParameter',
    status: 400,
  },
  OverLimit: modelled('OverLimit', 'OverLimit', 403),
  PurgeQueueInProgress: modelled('PurgeQueueInProgress', 'AWS.SimpleQueueService.PurgeQueueInProgress', 403),
  QueueDoesNotExist: modelled('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'),
  QueueNameExists: modelled('QueueNameExists', 'QueueAlreadyExists'),
  ReceiptHandleIsInvalid: modelled('ReceiptHandleIsInvalid', 'ReceiptHandleIsInvalid', 404),
  ResourceNotFoundException: modelled('ResourceNotFoundException', 'ResourceNotFoundException', 404),
  TooManyEntriesInBatchRequest: modelled(
    'TooManyEntriesInBatchRequest',
    'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  ),
  UnsupportedOperation: modelled('UnsupportedOperation', 'AWS.SimpleQueueService.UnsupportedOperation'),
} satisfies Record<string, ErrorShape>;

/** The errors the embedded SQS answers with, by the name users know them under. */
export type SqsErrorCode = keyof typeof SHAPES;

/** An answer of SQS that is an error; thrown by actions and turned into a response at the edge. */
export class SqsError extends Error {
  readonly code: SqsErrorCode;

  constructor(code: SqsErrorCode, message: string) {
    super(message);
    this.name = 'SqsError';
    this.code = code;
  }

  get status(): number {
    return SHAPES[this.code].status;
  }

  /** The code of the query protocol; also what a failed batch entry carries as its `Code`. */
  get queryCode(): string {
    return SHAPES[this.code].queryCode;
  }

  /** The value of `__type`. */
  get type(): string {
    return `${SHAPES[this.code].namespace}#${SHAPES[this.code].shape}`;
  }
}

/** A parameter's value breaks its rule; `reason` is a sentence, with its period. */
export function invalidParameter(name: string, value: unknown, reason: string): SqsError {
  return new SqsError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}

/** A parameter that the call cannot do without is absent. */
export function missingParameter(name: string): SqsError {
  return new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
}
