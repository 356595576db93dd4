/* pagedir: HOME/page, which holds what the page keeps; see pagedir.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/pagedir.h"
#include "access/pagefile.h"
#include "access/random.h"
#include "base/appendfile.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/remedy.h"

/* Users with lower numbers are made by the system (Debian Policy 9.2.2). */
#define PERSONS_FROM 1000

#define LOCK_PATIENCE (10 * UTC_SECOND)

void
pagedir_path(const char *home, char out[static PATH_MAX], const char *file)
{
	(void)snprintf(out, PATH_MAX, "%.*s/page%s%.200s", ENDPOINT_HOME_MAX,
	    home, file[0] == '\0' ? "" : "/", file);
}

/* The directory of that name in HOME/page, open; -1 with errno. */
static int
open_directory(const char *home, const char *name)
{
	static const int flags =
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	char path[PATH_MAX];
	int page, fd, err;

	pagedir_path(home, path, "");
	page = open(path, flags);
	if (page == -1 || name[0] == '\0')
		return page;
	/* Step by step: the page's user may put a link in any place there. */
	fd = openat(page, name, flags);
	err = errno;
	(void)close(page);
	errno = err;
	return fd;
}

static int
complain_opening(const char *path, struct fault *f)
{
	if (errno == ENOTDIR || errno == ELOOP)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not a directory; move it away", path);
	if (errno == ENOENT)
		return fault_set(f, FAULT_SETUP, errno,
		    "the page's directory %s is not there", path);
	return fault_open(f, path, 1, errno);
}

int
pagedir_is(const char *home, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	pagedir_path(home, path, "");
	if (lstat(path, &st) == 0)
		return S_ISDIR(st.st_mode);
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	return fault_set(f, FAULT_STORAGE, errno, "can't look at %s", path);
}

int
pagedir_owner(const char *home, uid_t *owner)
{
	char path[PATH_MAX];
	struct stat st, page;

	pagedir_path(home, path, "");
	if (stat(home, &st) == -1)
		return -1;
	*owner = st.st_uid;
	/* Root's among another's: root was stopped while it made it. */
	if (lstat(path, &page) == 0 && (page.st_uid != 0 || st.st_uid == 0)) {
		*owner = page.st_uid;
		return 0;
	}
	if (st.st_uid < PERSONS_FROM)
		(void)remedy_find_user(PAGEDIR_USER, owner);
	return 0;
}

/* Give a directory to its owner and the home's group, with that mode. */
static int
settle(int dir, const char *path, uid_t user, gid_t group, mode_t mode,
    struct fault *f)
{
	int is_root = geteuid() == 0;

	/* Who is no member of the home's group can't give it: check tells. */
	if (fchown(dir, is_root ? user : (uid_t)-1, group) == -1 && is_root)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't give %s to its user", path);
	/* After it, as a change of owner may take bits away. */
	if (fchmod(dir, mode) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't set the mode of %s", path);
	return 0;
}

/* A directory in HOME/page; where it is there it is left as it is. */
static int
make_inside(int page, const char *path, uid_t user, gid_t group, mode_t mode,
    struct fault *f)
{
	const char *name = strrchr(path, '/') + 1;
	int dir, rc;

	if (mkdirat(page, name, mode) == -1 && errno == EEXIST)
		return 0;
	dir =
	    openat(page, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't make %s", path);
	rc = settle(dir, path, user, group, mode, f);
	(void)close(dir);
	return rc;
}

static int
complain_making(const char *path, struct fault *f)
{
	if (errno == EACCES || errno == EPERM || errno == EROFS)
		return fault_set(f, FAULT_SETUP, errno,
		    "can't make the page's directory %s; run \"leadsheet page "
		    "user add NAME\", which makes it",
		    path);
	return fault_set(f, FAULT_STORAGE, errno, "can't make %s", path);
}

/*
 * What belongs in it; cache comes last, and tells that all is made.  1, 0 where
 * it was, or -1.
 */
static int
fill(int page, const char *home, const struct stat *of_home, uid_t user,
    struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;
	int rc = 0;

	pagedir_path(home, path, "feeds");
	if (make_inside(page, path, user, of_home->st_gid, 0750, f) == -1)
		return -1;
	if (fstatat(page, "cache", &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	pagedir_path(home, path, "");
	rc = settle(page, path, user, of_home->st_gid, 0750, f);
	pagedir_path(home, path, "cache");
	if (rc == 0)
		rc = make_inside(page, path, user, of_home->st_gid, 0770, f);
	return rc == 0 && appendfile_sync_parent(path, f) == 0 ? 1 : -1;
}

int
pagedir_make(const char *home, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;
	uid_t owner;
	int page, rc;

	if (stat(home, &st) == -1 || pagedir_owner(home, &owner) == -1)
		return fault_set(
		    f, FAULT_SETUP, errno, "can't look at the home %s", home);
	pagedir_path(home, path, "");
	/* For nobody else until it is its owner's. */
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return complain_making(path, f);
	if ((page = open_directory(home, "")) == -1)
		return complain_opening(path, f);
	rc = fill(page, home, &st, owner, f);
	(void)close(page);
	pagedir_path(home, path, "");
	return rc == 1 ? appendfile_sync_parent(path, f) : rc;
}

/*
 * A directory has these bits at least, and none for others.  Where the home's
 * owner owns it as well nobody comes by its group.
 */
static int
check_one(const char *home, const char *name, mode_t mode,
    const struct stat *of_home, struct fault *f)
{
	mode_t need = mode;
	char path[PATH_MAX];
	struct stat st;

	pagedir_path(home, path, name);
	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0 : complain_opening(path, f);
	if (!S_ISDIR(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not a directory; move it away", path);
	if (st.st_uid == of_home->st_uid)
		need = 0700;
	else if (st.st_gid != of_home->st_gid)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s must have the home's group; run \"chown :%u %s\"", path,
		    (unsigned)of_home->st_gid, path);
	if ((st.st_mode & (need | 07)) != need)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s must have mode %o; run \"chmod %o %s\"", path,
		    (unsigned)mode, (unsigned)mode, path);
	return 0;
}

/* A file that holds secrets is for its owner only. */
static int
check_file(const char *home, const char *name, uid_t owner, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	pagedir_path(home, path, name);
	if (lstat(path, &st) == -1)
		return 0;
	if (!S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not a plain file; move it away", path);
	if (st.st_uid != owner)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s must belong to the user that the page runs as; run "
		    "\"chown %u %s\"",
		    path, (unsigned)owner, path);
	if ((st.st_mode & 077) != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "others can read %s; run \"chmod 600 %s\"", path, path);
	return 0;
}

int
pagedir_check(const char *home, struct fault *f)
{
	static const char *const files[] = {
	    "readers", "key", "ended", "tries", "lock"};
	char path[PATH_MAX];
	struct stat st, page;
	size_t i;
	int rc;

	pagedir_path(home, path, "");
	if ((rc = pagedir_is(home, f)) != 1)
		return rc;
	if (stat(home, &st) == -1 || lstat(path, &page) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", path);
	if (check_one(home, "", 0750, &st, f) == -1 ||
	    check_one(home, "cache", 0770, &st, f) == -1)
		return -1;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (check_file(home, files[i], page.st_uid, f) == -1)
			return -1;
	return 0;
}

struct lock *
pagedir_lock(const char *home, struct fault *f)
{
	char path[PATH_MAX];
	struct lock *l;

	pagedir_path(home, path, "lock");
	if ((l = lock_open(path, f)) != NULL &&
	    lock_take(l, LOCK_PATIENCE, f) == -1) {
		lock_close(l);
		l = NULL;
	}
	return l;
}

/* Why the cache can't be emptied, with what helps. */
static int
complain_cache(const char *home, const char *path, int err, struct fault *f)
{
	if ((err == EACCES || err == EPERM) && pagedir_check(home, f) == -1)
		return -1;
	return fault_set(f, FAULT_STORAGE, err,
	    "can't empty %s, where the page keeps words of leads", path);
}

int
pagedir_clear_cache(const char *home, struct fault *f)
{
	int fd = open_directory(home, "cache"), rc = 0;
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;

	pagedir_path(home, path, "cache");
	if (fd == -1)
		return errno == ENOENT ? 0
		                       : complain_cache(home, path, errno, f);
	if ((dir = fdopendir(fd)) == NULL) {
		rc = complain_cache(home, path, errno, f);
		(void)close(fd);
		return rc;
	}
	errno = 0;
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    unlinkat(fd, entry->d_name, 0) == -1 && errno != ENOENT)
			rc = complain_cache(home, path, errno, f);
		errno = 0;
	}
	if (rc == 0 && (errno != 0 || fsync(fd) == -1))
		rc = complain_cache(home, path, errno, f);
	(void)closedir(dir);
	return rc;
}

int
pagedir_clear_beside(const struct endpoint *e, struct fault *f)
{
	size_t n = strlen(e->dir), name = strlen(e->name) + 1;
	char home[PATH_MAX];

	(void)snprintf(
	    home, sizeof(home), "%.*s", (int)(n > name ? n - name : 0), e->dir);
	return pagedir_clear_cache(home, f);
}

/* Is it 64 hex digits, and a line end at most? */
static int
take_key(const struct bytes *b, char out[static PAGEDIR_KEY_SIZE])
{
	size_t n = PAGEDIR_KEY_SIZE - 1;

	if (b->len < n || b->len > n + 1 || (b->len > n && b->data[n] != '\n'))
		return 0;
	memcpy(out, b->data, n);
	out[n] = '\0';
	return strspn(out, "0123456789abcdef") == n;
}

/* Under the lock: of two that find none only one makes it. */
static int
make_key(const char *home, const char *path, struct bytes *text,
    char out[static PAGEDIR_KEY_SIZE], struct fault *f)
{
	struct lock *l = pagedir_lock(home, f);
	int rc = -1;

	if (l == NULL)
		return -1;
	bytes_reset(text);
	if (pagefile_read(path, text, f) == -1)
		goto out;
	if (take_key(text, out)) {
		rc = 0;
		goto out;
	}
	if (random_hex(out, (PAGEDIR_KEY_SIZE - 1) / 2, f) == -1)
		goto out;
	bytes_reset(text);
	bytes_printf(text, "%s\n", out);
	rc = pagefile_write(path, text, f);
out:
	lock_close(l);
	return rc;
}

int
pagedir_key(
    const char *home, char out[static PAGEDIR_KEY_SIZE], struct fault *f)
{
	struct bytes text = {0};
	char path[PATH_MAX];
	int rc;

	pagedir_path(home, path, "key");
	rc = pagefile_read(path, &text, f);
	if (rc != -1)
		rc = take_key(&text, out) ? 0
		                          : make_key(home, path, &text, out, f);
	if (text.data != NULL)
		explicit_bzero(text.data, text.cap);
	bytes_free(&text);
	return rc;
}
