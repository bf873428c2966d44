/** Milliseconds since 1970-01-01 UTC. Handed in, so that tests can set it. */
export type Clock = () => number;
