/* feeds: saved selections that a spreadsheet reads; see feeds.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/feeds.h"
#include "access/pagedir.h"
#include "access/pagefile.h"
#include "access/random.h"
#include "base/appendfile.h"
#include "base/array.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/utc.h"
#include "webhook/signature.h"

#define DIGITS    "0123456789abcdef"
#define HASH_SIZE SIGNATURE_SIZE

struct list {
	struct feed *list; /* owned */
	size_t n, room;
	struct fault damaged; /* the first that is */
};

static void
make_path(const char *home, const char *hash, char out[static PATH_MAX])
{
	char name[sizeof("feeds/") + HASH_SIZE];

	(void)snprintf(name, sizeof(name), "feeds/%.64s", hash);
	pagedir_path(home, out, name);
}

/* A line of a feed's file: where its value goes. */
static int
take_line(struct feed *feed, const char *line)
{
	const struct {
		const char *name;
		char *out;
		size_t size;
	} texts[] = {{"name ", feed->name, sizeof(feed->name)},
	    {"reader ", feed->reader, sizeof(feed->reader)},
	    {"query ", feed->query, sizeof(feed->query)},
	    {"columns ", feed->columns, sizeof(feed->columns)}};
	size_t i, n;
	char *end;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		n = strlen(texts[i].name);
		if (strncmp(line, texts[i].name, n) != 0)
			continue;
		if (strlen(line + n) >= texts[i].size)
			return -1;
		(void)strcpy(texts[i].out, line + n);
		return 0;
	}
	if (strncmp(line, "rows ", 5) == 0) {
		feed->rows = strtoll(line + 5, &end, 10);
		return *end == '\0' ? 0 : -1;
	}
	if (strncmp(line, "created ", 8) == 0)
		return utc_parse(line + 8, strlen(line + 8), &feed->created);
	return -1;
}

static int
take_text(struct feed *feed, struct bytes *text)
{
	char *s, *end;

	bytes_addc(text, '\0');
	if (text->failed)
		return -1;
	for (s = text->data; *s != '\0'; s = end + 1) {
		if ((end = strchr(s, '\n')) == NULL)
			return -1;
		*end = '\0';
		if (take_line(feed, s) == -1)
			return -1;
	}
	return feed->rows >= 1 && feed->rows <= FEEDS_ROWS_MAX ? 0 : -1;
}

/* 1, 0 where there is none, or -1. */
static int
read_feed(
    const char *home, const char *hash, struct feed *feed, struct fault *f)
{
	struct bytes text = {0};
	char path[PATH_MAX];
	struct stat st;
	int rc;

	memset(feed, 0, sizeof(*feed));
	(void)snprintf(feed->hash, sizeof(feed->hash), "%s", hash);
	make_path(home, hash, path);
	rc = pagefile_read(path, &text, f);
	if (rc == 1 && take_text(feed, &text) == -1)
		rc = text.failed ? bytes_check(&text, f)
		                 : fault_set(f, FAULT_DAMAGED, 0,
				       "%s is damaged; run \"leadsheet page "
				       "feed remove %s\", and make it anew",
				       path, hash);
	if (rc == 1 && stat(path, &st) == 0)
		feed->used = (int64_t)st.st_mtim.tv_sec * UTC_SECOND +
		             st.st_mtim.tv_nsec / 1000;
	bytes_free(&text);
	return rc;
}

/* A text for one line of a file, and of a table. */
static int
check_text(const char *what, const char *s, struct fault *f)
{
	if (!text_is_readable(s, strlen(s)) || strpbrk(s, "\t\r\n") != NULL)
		return fault_set(f, FAULT_SETUP, 0,
		    "the %s of a feed is one line of UTF-8 text", what);
	return 0;
}

static int
check_feed(const struct feed *feed, struct fault *f)
{
	if (feed->rows < 1 || feed->rows > FEEDS_ROWS_MAX)
		return fault_set(f, FAULT_SETUP, 0,
		    "a feed has from 1 to %d rows", FEEDS_ROWS_MAX);
	/* That of a web server may have anything in it. */
	if (check_text("name", feed->name, f) == -1 ||
	    check_text("user", feed->reader, f) == -1 ||
	    check_text("filter", feed->query, f) == -1)
		return -1;
	return check_text("list of columns", feed->columns, f);
}

static int
write_feed(const char *path, const struct feed *feed, struct fault *f)
{
	/* It was never read. */
	static const struct timespec never[2] = {{0, 0}, {0, 0}};
	struct bytes text = {0};
	char iso[UTC_ISO_SIZE];
	int rc;

	utc_iso(feed->created, iso);
	if (feed->name[0] != '\0')
		bytes_printf(&text, "name %s\n", feed->name);
	if (feed->reader[0] != '\0')
		bytes_printf(&text, "reader %s\n", feed->reader);
	if (feed->query[0] != '\0')
		bytes_printf(&text, "query %s\n", feed->query);
	if (feed->columns[0] != '\0')
		bytes_printf(&text, "columns %s\n", feed->columns);
	bytes_printf(
	    &text, "rows %lld\ncreated %s\n", (long long)feed->rows, iso);
	rc = pagefile_write(path, &text, f);
	bytes_free(&text);
	if (rc == 0 && (chmod(path, 0640) == -1 ||
			   utimensat(AT_FDCWD, path, never, 0) == -1))
		rc = fault_set(f, FAULT_STORAGE, errno,
		    "can't set mode and time of %s", path);
	return rc;
}

static int
count(void *context, const struct feed *feed)
{
	(void)feed;
	return ++*(int *)context >= FEEDS_MOST;
}

int
feeds_add(const char *home, struct feed *feed,
    char token[static FEEDS_TOKEN_SIZE], int64_t now, struct fault *f)
{
	struct fault ignored = {0};
	char path[PATH_MAX];
	int n = 0;

	if (feed->rows == 0)
		feed->rows = FEEDS_ROWS;
	feed->created = now;
	feed->used = 0;
	if (check_feed(feed, f) == -1)
		return -1;
	if (feeds_each(home, count, &n, &ignored) == 1)
		return fault_set(f, FAULT_SETUP, 0,
		    "there are %d feeds already; remove those that nobody "
		    "reads any more",
		    FEEDS_MOST);
	if (random_hex(token, (FEEDS_TOKEN_SIZE - 1) / 2, f) == -1 ||
	    signature_sha256(token, strlen(token), feed->hash, f) == -1)
		return -1;
	make_path(home, feed->hash, path);
	return write_feed(path, feed, f);
}

int
feeds_find(
    const char *home, const char *token, struct feed *feed, struct fault *f)
{
	char hash[HASH_SIZE];

	memset(feed, 0, sizeof(*feed));
	if (strspn(token, DIGITS) != FEEDS_TOKEN_SIZE - 1)
		return 0;
	if (signature_sha256(token, strlen(token), hash, f) == -1)
		return -1;
	return read_feed(home, hash, feed, f);
}

int
feeds_used(
    const char *home, const struct feed *feed, int64_t now, struct fault *f)
{
	struct timespec times[2];
	char path[PATH_MAX];

	times[0].tv_sec = (time_t)(now / UTC_SECOND);
	times[0].tv_nsec = (long)(now % UTC_SECOND * 1000);
	times[1] = times[0];
	make_path(home, feed->hash, path);
	if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno != ENOENT)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't set the time of %s", path);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct feed *x = a, *y = b;
	int rc = strcmp(x->name, y->name);

	return rc != 0 ? rc : strcmp(x->hash, y->hash);
}

static int
is_hash(const char *name)
{
	return strlen(name) == HASH_SIZE - 1 &&
	       strspn(name, DIGITS) == HASH_SIZE - 1;
}

static int
read_one(const char *home, const char *hash, struct list *l, struct fault *f)
{
	struct fault why = {0};
	struct feed *longer;
	int rc;

	longer = array_grow(l->list, l->n, &l->room, sizeof(*l->list));
	if (longer == NULL)
		return fault_memory(f);
	l->list = longer;
	rc = read_feed(home, hash, &l->list[l->n], &why);
	if (rc == 1)
		l->n++;
	if (rc == -1 && why.kind == FAULT_MEMORY)
		return fault_take(f, &why);
	if (rc == -1)
		(void)fault_take(&l->damaged, &why);
	return 0;
}

static int
read_list(const char *home, struct list *l, struct fault *f)
{
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;
	int rc = 0;

	pagedir_path(home, path, "feeds");
	if ((dir = opendir(path)) == NULL)
		return errno == ENOENT ? 0 : fault_open(f, path, 1, errno);
	errno = 0;
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		if (is_hash(entry->d_name))
			rc = read_one(home, entry->d_name, l, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", path);
	(void)closedir(dir);
	if (l->n > 0)
		qsort(l->list, l->n, sizeof(*l->list), by_name);
	return rc;
}

int
feeds_each(const char *home, int (*take)(void *, const struct feed *),
    void *context, struct fault *f)
{
	struct list l = {0};
	int rc = read_list(home, &l, f);
	size_t i;

	for (i = 0; rc == 0 && i < l.n; i++)
		rc = take(context, &l.list[i]);
	free(l.list);
	if (rc == 0 && l.damaged.kind != FAULT_NONE)
		rc = fault_take(f, &l.damaged);
	return rc;
}

/* Which hash is meant: 1, 0: none; or -1 where it could be several. */
static int
choose(const char *home, const char *what, char out[static HASH_SIZE],
    struct fault *f)
{
	struct list l = {0};
	size_t i, n = strlen(what), found = 0;
	int rc, digits = n >= 8 && strspn(what, DIGITS) == n;

	/* One that is damaged is named by all of its hash. */
	if (is_hash(what)) {
		(void)strcpy(out, what);
		return 1;
	}
	rc = read_list(home, &l, f);
	for (i = 0; rc == 0 && i < l.n; i++) {
		if (strcmp(l.list[i].name, what) != 0 &&
		    (!digits || strncmp(l.list[i].hash, what, n) != 0))
			continue;
		(void)strcpy(out, l.list[i].hash);
		found++;
	}
	free(l.list);
	if (rc == 0 && found > 1)
		rc = fault_set(f, FAULT_SETUP, 0,
		    "several feeds are called so; say which one by the first "
		    "digits of its hash, as \"leadsheet page feed list\" shows "
		    "them");
	return rc == 0 ? found == 1 : -1;
}

int
feeds_remove(const char *home, const char *hash_or_name, struct fault *f)
{
	char hash[HASH_SIZE], path[PATH_MAX];
	int rc;

	if (hash_or_name[0] == '\0')
		return 0;
	if ((rc = choose(home, hash_or_name, hash, f)) != 1)
		return rc;
	make_path(home, hash, path);
	if (unlink(path) == -1)
		return errno == ENOENT ? 0
		                       : fault_set(f, FAULT_STORAGE, errno,
					     "can't remove %s", path);
	return appendfile_sync_parent(path, f) == -1 ? -1 : 1;
}
