/* attempts: how a reader stands with whom it passes on to; see attempts.h. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/array.h"
#include "base/bytes.h"
#include "base/utc.h"
#include "reader/attempts.h"
#include "reader/offsets.h"
#include "reader/sealed.h"

static const char head[] = "leadsheet attempts 1\n";

/* The words for a state. */
static const char *const states[] = {
    [ATTEMPTS_GO_ON] = "go-on",
    [ATTEMPTS_GONE] = "gone",
    [ATTEMPTS_GIVEN_UP] = "given-up",
};

static void
add_time(struct bytes *b, const char *name, int64_t t)
{
	char iso[UTC_ISO_SIZE];

	utc_iso(t, iso);
	if (t > 0)
		bytes_printf(b, "%s=%s\n", name, iso);
}

/* A byte that might do something on a terminal becomes a "?". */
static void
add_why(struct bytes *b, const char *why)
{
	if (why[0] == '\0')
		return;
	bytes_adds(b, "why=");
	for (; *why != '\0'; why++)
		bytes_addc(b, *why >= ' ' && *why <= '~' ? *why : '?');
	bytes_addc(b, '\n');
}

/* What is as it is without a file has no line. */
static void
encode(struct bytes *b, const struct attempts *a)
{
	if (a->state != ATTEMPTS_GO_ON)
		bytes_printf(b, "state=%s\n", states[a->state]);
	add_time(b, "since", a->since);
	add_time(b, "next", a->next);
	if (a->failed > 0)
		bytes_printf(b, "failed=%d\n", a->failed);
	add_why(b, a->why);
	if (a->digest[0] != '\0')
		bytes_printf(b, "digest=%s\n", a->digest);
	if (a->leads > 0)
		bytes_printf(b, "leads=%zu\n", a->leads);
}

static void
take_state(struct attempts *a, const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(word, states[i]) == 0)
			a->state = (enum attempts_state)i;
}

/* Take the value of a name; what is no good is not taken. */
static void
take(struct attempts *a, const char *name, const char *value)
{
	size_t n = strlen(value);

	if (strcmp(name, "state") == 0)
		take_state(a, value);
	else if (strcmp(name, "since") == 0)
		(void)utc_parse(value, n, &a->since);
	else if (strcmp(name, "next") == 0)
		(void)utc_parse(value, n, &a->next);
	else if (strcmp(name, "failed") == 0)
		(void)sscanf(value, "%9d", &a->failed);
	else if (strcmp(name, "leads") == 0)
		(void)sscanf(value, "%18zu", &a->leads);
	else if (strcmp(name, "why") == 0 && n < sizeof(a->why))
		memcpy(a->why, value, n + 1);
	else if (strcmp(name, "digest") == 0 && n < sizeof(a->digest))
		memcpy(a->digest, value, n + 1);
}

/* Read the text: 1; 0 where it isn't as we write it; -1 with the fault set. */
static int
decode(struct attempts *a, struct bytes *text, struct fault *f)
{
	struct bytes again = {0}, copy = {0};
	char *line, *value, *save = NULL;
	int rc = -1;

	bytes_add(&copy, text->data, text->len);
	bytes_addc(&copy, '\0');
	if (bytes_check(&copy, f) == -1)
		goto out;
	for (line = strtok_r(copy.data, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		if ((value = strchr(line, '=')) != NULL) {
			*value = '\0';
			take(a, line, value + 1);
		}
	encode(&again, a);
	if (bytes_check(&again, f) == 0)
		rc = again.len == text->len &&
		     (text->len == 0 ||
			 memcmp(again.data, text->data, text->len) == 0);
out:
	bytes_free(&copy);
	bytes_free(&again);
	return rc;
}

int
attempts_read(const struct endpoint *e, const char *name, struct attempts *a,
    struct fault *f)
{
	struct bytes text = {0};
	char path[PATH_MAX];
	int rc = 0;

	memset(a, 0, sizeof(*a));
	offsets_path(e, name, NAME_ATTEMPTS, path);
	switch (sealed_read(path, head, &text, f)) {
	case SEALED_FAILED:
		rc = -1;
		break;
	case SEALED_WHOLE:
		rc = decode(a, &text, f);
		break;
	case SEALED_NONE:
	case SEALED_DAMAGED:
		break;
	}
	bytes_free(&text);
	if (rc != 1)
		memset(a, 0, sizeof(*a));
	return rc;
}

int
attempts_write(const struct endpoint *e, const char *name,
    const struct attempts *a, struct fault *f)
{
	struct appendfile_state was;
	struct bytes text = {0};
	char path[PATH_MAX];
	int rc;

	offsets_path(e, name, NAME_ATTEMPTS, path);
	encode(&text, a);
	if (text.len > 0 || text.failed) {
		rc = sealed_write(path, head, &text, f);
		bytes_free(&text);
		return rc;
	}
	if (appendfile_stat(path, &was) == -1 && errno == ENOENT)
		return 0;
	return appendfile_unlink(path, f) == -1
	           ? -1
	           : appendfile_sync_parent(path, f);
}

/* The names of those that an endpoint has. */
struct found {
	char (*list)[NAMES_CURSOR_SIZE]; /* owned */
	size_t n, room;
};

static int
add(struct found *all, const char *file, struct fault *f)
{
	enum name_cursor kind;
	void *longer;

	if (!names_read_cursor(file, &kind) || kind != NAME_ATTEMPTS)
		return 0;
	longer = array_grow(all->list, all->n, &all->room, sizeof(*all->list));
	if (longer == NULL)
		return fault_memory(f);
	all->list = longer;
	(void)snprintf(all->list[all->n++], NAMES_CURSOR_SIZE, "%.*s",
	    (int)strcspn(file, "."), file);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* List them, in the order of their names. */
static int
list(const char *dir, struct found *all, struct fault *f)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int rc = 0;

	if (d == NULL && errno == ENOENT)
		return 0;
	if (d == NULL)
		return fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	errno = 0;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		rc = add(all, entry->d_name, f);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", dir);
	(void)closedir(d);
	if (all->n > 0)
		qsort(all->list, all->n, sizeof(*all->list), by_name);
	return rc;
}

int
attempts_each(const struct endpoint *e,
    void (*tell)(void *, const char *, const struct attempts *), void *context,
    struct fault *f)
{
	struct fault ignored = {0};
	struct found all = {0};
	struct attempts a;
	char dir[PATH_MAX];
	size_t i;
	int rc;

	endpoint_path(e, dir, "cursors");
	rc = list(dir, &all, f);
	for (i = 0; i < all.n && rc == 0; i++) {
		if (attempts_read(e, all.list[i], &a, &ignored) == 1)
			tell(context, all.list[i], &a);
		fault_clear(&ignored);
	}
	free(all.list);
	return rc;
}
