/*
 * confine: what this process may open from here on, whoever it runs as: the
 * journals, how far their readers have come, the settings, HOME/page and time
 * zones, and no secret (Landlock, of
 * Linux 5.13 and later).
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdint.h>

/*
 * Which files confine() lets through: a number that is another one as soon as
 * one of them comes, goes or is replaced.
 */
uint64_t confine_look(const char *home) __attribute__((nonnull));

/*
 * Confine this process and all that it starts, for good; and let no one look
 * into its memory, nor the system write that to a disk.  Where the kernel has
 * no Landlock the rest of it is done: 1, or 0 there.
 */
int confine_process(const char *home) __attribute__((nonnull));

#endif
