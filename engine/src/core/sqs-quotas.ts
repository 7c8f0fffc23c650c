/**
 * Messages of a queue that may be received and not yet deleted, all consumers together; the same for standard queues
 * ("approximately") and, since November 2024, for FIFO ones. At the quota SQS hands out nothing more: without an error where a
 * receive polls long. Amazon SQS developer guide, "standard queue quotas" and "FIFO queue quotas".
 */
export const SQS_IN_FLIGHT_QUOTA = 120_000;

/**
 * Of those, what a run holds before it closes its files: the rest is for what arrives while they are written, and for others.
 * So no file holds more messages.
 */
export const SQS_MOST_HELD = 100_000;
