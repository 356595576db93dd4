/*
 * The readers file and a session's cookie.  Whatever the file has: who is read
 * is read again the same, one who is removed is gone and all others stay, one
 * who is set is there once; a wrong line's sentence says nothing of the file.
 * A cookie that was not begun here is nobody's.
 */
#include <sys/stat.h>

#include "fuzz.h"

#include "access/pagedir.h"
#include "access/readers.h"
#include "access/session.h"

#define HASH "$y$jAT$salt$PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37"

/* No disk is waited for, and no password hashed: that takes a tenth second. */
int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int
fsync(int fd)
{
	return fdatasync(fd);
}

static void
check_readers(const struct readers *rs)
{
	size_t i, k;

	for (i = 0; i < rs->n; i++) {
		HOLDS(reader_is_name(rs->list[i].name));
		HOLDS(rs->list[i].hash[0] == '\0' ||
		      strcmp(rs->list[i].hash, "-") == 0 ||
		      password_is_hash(rs->list[i].hash));
		for (k = 0; k < rs->list[i].nendpoints; k++)
			HOLDS(endpoint_is_name(rs->list[i].endpoints[k]));
		HOLDS(readers_find(rs, rs->list[i].name) == &rs->list[i]);
	}
	HOLDS((rs->wrong_line == 0) == (rs->wrong.kind == FAULT_NONE));
	if (rs->wrong_line != 0)
		check_sentence(&rs->wrong);
}

static int
are_same(const struct reader *a, const struct reader *b)
{
	size_t i;

	if (b == NULL || strcmp(a->hash, b->hash) != 0 ||
	    a->nendpoints != b->nendpoints)
		return 0;
	for (i = 0; i < a->nendpoints; i++)
		if (strcmp(a->endpoints[i], b->endpoints[i]) != 0)
			return 0;
	return 1;
}

/* All of one list but that name are in the other. */
static void
check_others(const struct readers *a, const struct readers *b, const char *but)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (strcmp(a->list[i].name, but) != 0)
			HOLDS(are_same(
			    &a->list[i], readers_find(b, a->list[i].name)));
}

/* Set one, and remove them. */
static void
check_changes(const char *home, const struct readers *rs, const char *name)
{
	struct reader r = {.hash = HASH};
	struct readers now = {0};
	struct fault f = {0};

	(void)snprintf(r.name, sizeof(r.name), "%s", name);
	HOLDS(readers_set(home, &r, &f) == 0);
	HOLDS(readers_look(&now, home, &f) == 0);
	HOLDS(are_same(&r, readers_find(&now, name)));
	check_others(rs, &now, name);
	HOLDS(readers_remove(home, name, &f) == 1);
	HOLDS(readers_look(&now, home, &f) == 0);
	HOLDS(readers_find(&now, name) == NULL);
	check_others(rs, &now, name);
	HOLDS(readers_remove(home, name, &f) == 0);
	readers_free(&now);
}

static void
check_cookie(const char *home, const struct readers *rs, const char *text)
{
	struct fault f = {0};
	int failed;

	HOLDS(session_reader(text, rs, home, "key", 1, &failed, &f) == NULL);
	HOLDS(failed == 0);
	HOLDS(session_end(text, rs, home, "key", 1, &f) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct readers rs = {0};
	struct fault f = {0};
	char *text = malloc(n + 1);

	HOLDS(text != NULL);
	HOLDS(pagedir_make(in_tmp("."), &f) == 0);
	put_file(in_tmp("page/readers"), data, n);
	if (readers_look(&rs, in_tmp("."), &f) == -1) {
		HOLDS(f.kind == FAULT_SETUP);
		HOLDS(memchr(data, '\0', n) != NULL);
		check_sentence(&f);
	} else {
		check_readers(&rs);
		check_changes(
		    in_tmp("."), &rs, rs.n > 0 ? rs.list[0].name : "new");
	}
	memcpy(text, data, n);
	text[n] = '\0';
	check_cookie(in_tmp("."), &rs, text);
	free(text);
	readers_free(&rs);
	return 0;
}
