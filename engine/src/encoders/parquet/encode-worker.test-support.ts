import { parentPort, workerData } from 'node:worker_threads';
import { batchFromRows } from '../../columns/rows.ts';
import { encoderOf, fieldsOf } from './oracle.test-support.ts';

// Encodes what it is given twice and sends both segments back: the second must not remember the first.
const { types, rows, name } = workerData;
const encoder = encoderOf({}, name);
const batch = batchFromRows(fieldsOf(types), rows);
parentPort!.postMessage([encoder.encode(batch), encoder.encode(batch)]);
