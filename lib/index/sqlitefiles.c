/* sqlitefiles: the files that SQLite has; see sqlitefiles.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/sqlitefiles.h"

static const char *const suffixes[SQLITEFILES] = {"", "-wal", "-shm"};

/* Look at one of the files; all zero where it isn't there. */
static int
look_at(const char *file, int which, struct stat *st)
{
	char path[PATH_MAX];

	memset(st, 0, sizeof(*st));
	(void)snprintf(path, sizeof(path), "%s%s", file, suffixes[which]);
	return lstat(path, st) == 0 || errno == ENOENT ? 0 : -1;
}

/* SQLite follows hard links, and opens beside the file whatever is there. */
static int
check(const char *path, off_t *size, struct fault *f)
{
	const char *why = NULL;
	struct stat st;
	int i;

	*size = -1; /* of the file itself, where it is there */
	for (i = 0; i < SQLITEFILES; i++) {
		if (look_at(path, i, &st) == -1)
			return fault_set(f, FAULT_STORAGE, errno,
			    "can't look at %s%s", path, suffixes[i]);
		if (st.st_nlink == 0)
			continue;
		if (!S_ISREG(st.st_mode))
			why = "is not a plain file";
		else if (st.st_nlink > 1)
			why = "has another name (a hard link)";
		if (why != NULL)
			return fault_set(f, FAULT_STORAGE, 0,
			    "%s%s %s; move it away", path, suffixes[i], why);
		if (i == 0)
			*size = st.st_size;
		else if (i == 1 && *size == 0 && st.st_size > 0)
			/* Who has it open would keep us out of a new one. */
			return fault_set(f, FAULT_DAMAGED, 0,
			    "%s was emptied, its -wal was not", path);
	}
	return 0;
}

/* What is noted beside a database (recent.h) is nothing without it. */
static int
remove_notes(const char *path, struct fault *f)
{
	char notes[PATH_MAX];

	(void)snprintf(notes, sizeof(notes), "%s-recent", path);
	if (unlink(notes) == -1 && errno != ENOENT && errno != EISDIR)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't remove %s", notes);
	return 0;
}

/* Made here and not by SQLite, so that the mode is ours. */
int
sqlitefiles_make(const char *path, struct fault *f)
{
	struct stat st;
	off_t size;
	int fd, rc = 0;

	if (check(path, &size, f) == -1 ||
	    (size <= 0 && remove_notes(path, f) == -1))
		return -1;
	fd = open(
	    path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (fd == -1) {
		/* A mode that shuts us out of our own file helps nobody. */
		rc = errno;
		if (rc == EACCES && look_at(path, 0, &st) == 0 &&
		    st.st_uid == geteuid() && st.st_nlink == 1)
			return fault_set(f, FAULT_DAMAGED, rc,
			    "can't open %s, which is ours", path);
		return fault_set(f, FAULT_STORAGE, rc, "can't open %s", path);
	}
	if (fstat(fd, &st) == -1 || (st.st_size == 0 && fchmod(fd, 0640) == -1))
		rc = fault_set(
		    f, FAULT_STORAGE, errno, "can't set the mode of %s", path);
	(void)close(fd);
	return rc;
}

void
sqlitefiles_note(const char *path, struct sqlitefiles *out)
{
	struct stat st;
	int i;

	for (i = 0; i < SQLITEFILES; i++) {
		(void)look_at(path, i, &st);
		out->dev[i] = st.st_dev;
		out->ino[i] = st.st_ino;
	}
}

int
sqlitefiles_are(const char *path, const struct sqlitefiles *noted)
{
	struct stat st;
	int i;

	for (i = 0; i < SQLITEFILES; i++)
		if (look_at(path, i, &st) == -1 || st.st_dev != noted->dev[i] ||
		    st.st_ino != noted->ino[i] || st.st_nlink > 1)
			return 0;
	return 1;
}

/*
 * Is there a -wal that has to be read as well?  Where there is none SQLite
 * would want to make one, unless it is told that nothing changes.
 */
static int
has_wal(const char *file)
{
	char path[PATH_MAX];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s-wal", file);
	return stat(path, &st) == 0 && st.st_size > 0;
}

int
sqlitefiles_view(const char *path, int *immutable, struct fault *f)
{
	char head[20] = "";
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't open %s", path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    read(fd, head, sizeof(head)) == -1) {
		(void)close(fd);
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a plain file; move it away", path);
	}
	(void)close(fd);
	/* In WAL mode, by SQLite's file format, 1.3.3. */
	*immutable = head[18] == 2 && !has_wal(path);
	return 0;
}

int
sqlitefiles_set_aside(const char *path, struct fault *f)
{
	/* The last one is not SQLite's: see recent.h. */
	static const char *const all[] = {
	    "", "-wal", "-shm", "-journal", "-recent"};
	char from[PATH_MAX], to[PATH_MAX];
	struct stat st;
	size_t i;
	int n;

	for (n = 1;; n++) {
		(void)snprintf(to, sizeof(to), "%s.damaged-%d", path, n);
		if (lstat(to, &st) == -1)
			break;
	}
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		(void)snprintf(from, sizeof(from), "%s%s", path, all[i]);
		(void)snprintf(
		    to, sizeof(to), "%s.damaged-%d%s", path, n, all[i]);
		if (rename(from, to) == -1 && errno != ENOENT)
			return fault_set(f, FAULT_STORAGE, errno,
			    "can't set %s aside", from);
	}
	return 0;
}
