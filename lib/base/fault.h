/*
 * fault: why something failed, and whether a retry can help.
 *
 * A function of lib/ that can fail takes a struct fault, returns -1 or NULL,
 * and says here what went wrong.  The first cause wins: a fault that is
 * already set is not changed by a later one.
 */
#ifndef FAULT_H
#define FAULT_H

enum fault_kind {
	FAULT_NONE,
	FAULT_SETUP,   /* settings, secret, home: a person must put it right */
	FAULT_BUSY,    /* somebody held the lock too long; try again */
	FAULT_DAMAGED, /* a file that can be made again is broken */
	FAULT_STORAGE, /* the disk or the file system said no; try again */
	FAULT_MEMORY   /* out of memory; try again */
};

struct fault {
	enum fault_kind kind;
	int err; /* errno, or 0 where there was none */
	/* One sentence for log and terminal; no control, secret or body. */
	char text[512];
};

/*
 * Note a failure unless one is noted already.  With err not 0 its text is
 * put behind the sentence; ENOMEM is FAULT_MEMORY, whatever it kept from
 * being done.  Always returns -1, so that a caller can return it.
 */
int fault_set(struct fault *, enum fault_kind, int err, const char *fmt, ...)
    __attribute__((nonnull(1, 4), format(printf, 4, 5)));

/* Memory ran out: -1. */
int fault_memory(struct fault *) __attribute__((nonnull));

/* Note what another fault says, unless something is noted already: -1. */
int
fault_take(struct fault *, const struct fault *other) __attribute__((nonnull));

/* Forget what was noted. */
void fault_clear(struct fault *) __attribute__((nonnull));

/*
 * Say why a file of ours couldn't be opened, err being the errno, to be read
 * where reads is 1, else to be written: it is no plain file, its mode or its
 * owner forbids it, or whatever else.  -1 with FAULT_STORAGE.
 */
int fault_open(struct fault *, const char *path, int reads, int err)
    __attribute__((nonnull));

#endif
