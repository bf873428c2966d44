/**
 * What a host's process is begun with. A host has a dozen threads; glibc keeps what each of them frees in a pool of its
 * own and gives little of it back, which held several hundred megabytes for nothing: one pool, where what one thread freed serves the
 * next, and large pieces on their own. It reads this once, when a process begins; other systems take no notice.
 */
export const HOST_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '262144',
  MALLOC_TRIM_THRESHOLD_: '262144',
};
