/*
 * filereply: a file as the answer to a request, and the refusal of one.
 */
#ifndef FILEREPLY_H
#define FILEREPLY_H

#include <limits.h>

#include "page/look/phrases.h"
#include "table/format.h"
#include "table/sink.h"

struct reply;
struct viewing;

/*
 * The reply as the sink of a table.  What is short is sent whole, with its
 * length, so that until then a fault can still be answered as one; the rest is
 * sent as it comes.  It is borrowed by the sink, and the reply by it.
 */
struct filereply {
	char scratch[PATH_MAX]; /* for a workbook: HOME/page/cache */
};

/*
 * Begin: Content-Type, and Content-Disposition where it is a download of that
 * name (of our own letters); "" for the name: none.
 */
struct sink
filereply_open(struct filereply *, const struct viewing *, enum table_format,
    const char *name) __attribute__((nonnull, warn_unused_result));

/* Only Content-Type and the like were asked for (HEAD): there is no length. */
void filereply_head(struct reply *) __attribute__((nonnull));

/*
 * It failed: -1 where nothing is sent yet, so that there can be another answer.
 * Where some of it is on its way the reply is cut, so that nobody takes the
 * half for the whole, and the fault is noted for the log: 0.
 */
int filereply_fail(struct reply *, const struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Instead of a file: a status of HTTP and a sentence, of whose places {1} gets
 * a text.  retry: in so many seconds it may be otherwise; 0: no telling.
 */
void filereply_refuse(struct viewing *, int status, int retry, enum phrase,
    const char *one) __attribute__((nonnull(1)));

#endif
