/**
 * What a host's process is begun with. A host has a dozen threads; glibc keeps what each of them frees in a pool of its
 * own and gives little of it back, which held several hundred megabytes for nothing: few pools, and large pieces on their
 * own. It reads this once, when a process begins; other systems take no notice.
 */
export const HOST_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '262144',
  MALLOC_TRIM_THRESHOLD_: '262144',
};
