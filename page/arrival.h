/*
 * arrival: has a request of FastCGI come whole?
 */
#ifndef ARRIVAL_H
#define ARRIVAL_H

#include <stddef.h>

/*
 * Do n bytes hold a whole request: does the last record of its input, an empty
 * one, stand in them (FastCGI 1.0 section 3.3)?
 */
int arrival_is_whole(const unsigned char *, size_t n);

/*
 * Is all of what comes by a connection here, or does it come in a moment?  1,
 * 0, or -1: nobody is there any more.  Nothing is taken from it.
 */
int arrival_is_prompt(int fd);

#endif
