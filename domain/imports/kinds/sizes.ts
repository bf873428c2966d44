/** Lines of one file: the server holds them while it compares, so they are bounded. */
export const MAX_FILE_LINES = 200_000;
/** Lines stored at once, whole or not at all: nobody waits longer for the server than such a part takes. */
export const FILE_PART_LINES = 5000;
/** Order lines the screen takes: its page must stay open while they are sent. */
export const MAX_SCREEN_ORDER_LINES = 1_000_000;
