/*
 * serve: from a visit to its reply: who may see what, in one place.
 */
#ifndef SERVE_H
#define SERVE_H

struct page;
struct reply;
struct visit;

/* home is borrowed.  Nothing is read yet but the settings. */
void serve_open(struct page *, const char *home) __attribute__((nonnull));

/* Answer a visit, which was read, and send all of the reply. */
void serve_answer(struct page *, const struct visit *, struct reply *)
    __attribute__((nonnull));

/* There was no memory to read it. */
void serve_no_memory(struct reply *) __attribute__((nonnull));

/*
 * This process is another's copy: what belongs to a process of its own, such as
 * an open file of SQLite's, is left to the other one.
 */
void serve_forked(struct page *) __attribute__((nonnull));

/* Nobody asks just now: what was removed from the disk is let go of. */
void serve_rest(struct page *) __attribute__((nonnull));

void serve_close(struct page *) __attribute__((nonnull));

#endif
