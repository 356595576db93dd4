/*
 * appendfile: a file that is only appended to.
 *
 * A write is whole or was never made: when it fails half-way the file is cut
 * back to where it stood.  The file must be a plain one of ours: what someone
 * may have put in its place (a symlink, a FIFO, a directory, a hard link, a
 * file of another user) is refused and left untouched.
 */
#ifndef APPENDFILE_H
#define APPENDFILE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/fault.h"

/* What tells that a file is as we left it. */
struct appendfile_state {
	int64_t inode;
	int64_t size;  /* bytes */
	int64_t mtime; /* nanoseconds since 1970, as the file system has it */
	int64_t ctime; /* the same, of the inode: no program can set it back */
};

struct appendfile;

/*
 * READ is for a file that is only read, or synced.
 * VIEW is for who looks at a store and builds nothing on it: the file may be
 * another user's, or have another name.
 */
enum appendfile_mode {
	APPENDFILE_VIEW,
	APPENDFILE_READ,
	APPENDFILE_APPEND,
	APPENDFILE_CREATE,
	APPENDFILE_ANEW
};

/*
 * Open the file at path, which is copied; CREATE makes it where it is missing,
 * mode 0640 whatever the umask.  ANEW creates PATH.new, discarding one that
 * an earlier attempt left behind.  NULL with the fault set: its err is ENOENT
 * when there is no such file.
 */
struct appendfile *appendfile_open(const char *path, enum appendfile_mode,
    struct fault *) __attribute__((nonnull, warn_unused_result));

const char *appendfile_path(const struct appendfile *) __attribute__((nonnull));

/* Where the file stands now; 0, or -1 with FAULT_STORAGE. */
int appendfile_look(struct appendfile *, struct appendfile_state *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* How the plain file at path stands, without opening it: 0, or -1 with errno.
 */
int appendfile_stat(const char *path, struct appendfile_state *)
    __attribute__((nonnull));

/* Is the file under that name still the one that is open?  Then how it stands.
 */
int appendfile_is_current(const struct appendfile *, struct appendfile_state *)
    __attribute__((nonnull));

/*
 * Append all of it, in one write where the system does so.  On failure the
 * file is cut back to where it stood; where even that fails, *torn is set.
 * Returns 0, or -1 with FAULT_STORAGE.
 */
int appendfile_write(struct appendfile *, const struct bytes *, int *torn,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Cut the file to size bytes; 0, or -1 with FAULT_STORAGE. */
int appendfile_cut(struct appendfile *, int64_t size, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Read up to n bytes from the offset; how many there were, 0 at the end, or
 * -1 with FAULT_STORAGE.
 */
ssize_t appendfile_read(struct appendfile *, void *, size_t n, int64_t offset,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* fdatasync(2); 0, or -1 with FAULT_STORAGE: then don't trust the file. */
int appendfile_sync(struct appendfile *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void appendfile_close(struct appendfile *);

/*
 * A file that was opened ANEW is whole: have it on stable storage, and then in
 * its place.  Closes it.  0, or -1 with the fault set: then it is removed.
 */
int appendfile_publish(struct appendfile *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The same, but it replaces nothing: with err EEXIST something stands there. */
int appendfile_publish_new(struct appendfile *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* It won't be whole: close it and remove it, so that it fills no disk. */
void appendfile_discard(struct appendfile *);

/* Write where a file is written that is to stand at path. */
void appendfile_new_path(char out[static PATH_MAX], const char *path)
    __attribute__((nonnull));

/*
 * Make a directory, mode 0750, where it is missing, and sync the one above
 * it.  0, or -1 with FAULT_STORAGE.
 */
int appendfile_mkdir(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * rename(2) and unlink(2), and a failure as a sentence; what is not there is
 * as good as removed.  The directory is left to appendfile_sync_parent().
 */
int appendfile_rename(const char *from, const char *to, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int appendfile_unlink(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Sync the directory that path stands in. */
int appendfile_sync_parent(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
