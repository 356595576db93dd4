/*
 * reader: a line of the file HOME/page/readers (readers.h): somebody who may
 * look at the page.
 */
#ifndef READER_H
#define READER_H

#include <stddef.h>

#include "access/password.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "config/endpoint.h"

/* [a-zA-Z0-9._@-]{1,64} */
#define READERS_NAME_SIZE 65

struct reader {
	char name[READERS_NAME_SIZE];
	char hash[PASSWORD_HASH_SIZE];         /* "-": none of ours */
	char (*endpoints)[ENDPOINT_NAME_SIZE]; /* owned */
	size_t nendpoints;                     /* 0: all */
};

/* A line of the file, and words of it; they point into the file's text. */
struct reader_line {
	const char *s; /* without a byte order mark */
	size_t n;      /* without its end */
	size_t whole;  /* with it */
	int number;    /* from 1 on */
};
struct reader_word {
	const char *s;
	size_t n;
};

/* Is it a reader's name? */
int reader_is_name(const char *) __attribute__((nonnull));

/* The line behind this one, which is all zero to begin with: 1, or 0: none. */
int reader_next_line(const struct bytes *text, struct reader_line *)
    __attribute__((nonnull));

/* Does the name stand first in it? */
int reader_is_about(const struct reader_line *, const char *name)
    __attribute__((nonnull));

/* Append the word that stands first in it, and a NUL; a comment has none. */
void reader_add_name(const struct reader_line *, struct bytes *)
    __attribute__((nonnull));

/*
 * What a line says: 1 with a reader, which reader_free() frees; 0 where it is
 * a comment, or has nothing; or -1 with why it is wrong: a sentence without any
 * word of it.  Where a password stands as it is, password is where, and hash is
 * empty; else that has no bytes.
 */
int reader_take(struct reader *, const struct reader_line *,
    struct reader_word *password, struct fault *why)
    __attribute__((nonnull, warn_unused_result));

/* The hash of such a password, for the reader.  0, or -1 with the fault set. */
int reader_hash(struct reader *, const struct reader_word *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Append a reader's line, without its end. */
void
reader_write(struct bytes *, const struct reader *) __attribute__((nonnull));

void reader_free(struct reader *) __attribute__((nonnull));

#endif
