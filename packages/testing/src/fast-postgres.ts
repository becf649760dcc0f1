/**
 * Fast, and safe against the death of its processes, though not against that of the machine. Commits still wait for the
 * log (synchronous_commit), or a `kill -9` would lose what was acknowledged.
 */
export const FAST_POSTGRES = {
  fsync: 'off',
  full_page_writes: 'off',
  // In the data directory instead of /dev/shm, so that a killed server leaves nothing behind.
  dynamic_shared_memory_type: 'mmap',
};
