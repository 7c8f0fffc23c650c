import { SqsError } from './errors.ts';

/** What a receipt handle says: which message of the queue, and which of its receives. */
export interface Receipt {
  order: number;
  receiveCount: number;
}

/** An opaque handle for one receive of one message. `queueUid` tells a queue from an earlier one of the same name. */
export function encodeReceiptHandle(queueUid: string, receipt: Receipt): string {
  return Buffer.from(`${queueUid} ${receipt.order} ${receipt.receiveCount}`, 'latin1').toString('base64');
}

/** Throws ReceiptHandleIsInvalid for what this queue never issued. */
export function decodeReceiptHandle(queueUid: string, handle: string): Receipt {
  const [uid, order, receiveCount] = Buffer.from(handle, 'base64').toString('latin1').split(' ');
  const receipt = { order: Number(order), receiveCount: Number(receiveCount) };
  if (uid !== queueUid || !Number.isInteger(receipt.order) || !Number.isInteger(receipt.receiveCount)) {
    throw new SqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  return receipt;
}
