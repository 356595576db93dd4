/*
 * process: what a program of ours sets up before anything else.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "base/fault.h"

/*
 * Have fds 0 to 2 open, on /dev/null where they were closed (on / where there
 * is no /dev/null), so that no file of ours becomes one of them; make a write
 * beyond RLIMIT_FSIZE, or to somebody who is gone, an error and no death; let
 * no file be made that all can read, and no large buffer be copied where it
 * grows.  0, or -1 with the fault set.
 */
int process_start(struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Give the memory back that was freed, where the C library keeps it for later.
 * Takes some 15 us: for a moment in which there is nothing to do.
 */
void process_give_memory_back(void);

#endif
