/** Channel on which the preload asks the main process for a port to the replica service, and on which it gets one. */
export const PORT_CHANNEL = 'binnacle:port';
/** `type` of the window message by which the preload passes the port to the page. */
export const PORT_MESSAGE_TYPE = 'binnacle:port';
