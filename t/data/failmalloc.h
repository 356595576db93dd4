/* failmalloc: memory that runs out; see failmalloc.c. */
#ifndef FAILMALLOC_H
#define FAILMALLOC_H

/*
 * Count anew.  From the at-th request on as many as that fail; none where at
 * is 0, all of them where times is 0.
 */
void failmalloc(long at, long times);

/* How many requests there were since. */
long failmalloc_count(void);

#endif
