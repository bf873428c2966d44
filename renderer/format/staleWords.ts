/** How open orders and receipts that are left out are spoken of. */
import { STALE_DAYS } from '#domain/planning/staleDocuments.ts';

/** 'more than 2 years ago or ahead' */
export const STALE_WORDS = `more than ${STALE_DAYS / 365} years ago or ahead`;
