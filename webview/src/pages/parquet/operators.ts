/** What a filter compares with. */
export const operators = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'is null', 'is not null'] as const;

export type Operator = (typeof operators)[number];
