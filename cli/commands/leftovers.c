/* leftovers: where someone stands who was forgotten; see leftovers.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/findtext.h"
#include "cli/commands/leftovers.h"
#include "cli/terminal/terminal.h"
#include "journal/names.h"
#include "store/hold.h"
#include "upkeep/forget.h"

struct search {
	char root[PATH_MAX]; /* the home, as its files are named */
	const struct leftovers_place *places;
	size_t n;
	int dry;
	struct remains *remains;
};

/* Does the path, whose name begins at n, stand in that directory of it? */
static int
is_in(const struct search *s, const char *path, size_t n,
    const struct leftovers_place *p, const char *dir)
{
	char expected[PATH_MAX];

	(void)snprintf(expected, sizeof(expected), "%.*s/%.64s/%.16s/",
	    ENDPOINT_HOME_MAX, s->root, p->hold->endpoint.name, dir);
	return strlen(expected) == n && strncmp(path, expected, n) == 0;
}

static int
is_journal(const char *name)
{
	struct name n;

	return names_read(name, &n) && n.kind == NAME_SEGMENT && !n.is_new;
}

/* What the page has for itself has no lead, and its cache is emptied. */
static int
is_pages_own(const struct search *s, const char *path)
{
	static const char *const own[] = {"readers", "readers.new", "key",
	    "key.new", "ended", "ended.new", "tries", "lock"};
	size_t n = strlen(s->root), i;

	if (strncmp(path, s->root, n) != 0 ||
	    strncmp(path + n, "/page/", 6) != 0)
		return 0;
	path += n + 6;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(path, own[i]) == 0)
			return 1;
	return strncmp(path, "cache/", 6) == 0;
}

/* The journals were looked through record by record. */
static int
skips(void *context, const char *path, const char *name)
{
	const struct search *s = context;
	const struct leftovers_place *p;
	size_t i, j, n = strlen(path) - strlen(name);

	if (is_pages_own(s, path))
		return 1;

	for (i = 0; i < s->n; i++) {
		p = &s->places[i];
		if (is_in(s, path, n, p, "journal") && is_journal(name))
			return 1;
		for (j = 0; s->dry && j < p->hits->n; j++)
			if (is_in(s, path, n, p, "sheets") &&
			    strstr(name, p->hits->list[j].day) != NULL)
				return 1;
	}
	return strcmp(name, "pending") == 0;
}

/* Journals were searched for the urn, which is what is sure. */
static int
skips_text(void *context, const char *path, const char *name)
{
	struct name n;

	return skips(context, path, name) ||
	       (names_read(name, &n) &&
		   (n.kind == NAME_SEGMENT || n.kind == NAME_TORN));
}

static int
note_file(void *context, const char *path, struct fault *f)
{
	return remains_add(((struct search *)context)->remains, path, 0, f);
}

static int
note_unread(void *context, const char *path, struct fault *f)
{
	return remains_add(
	    ((struct search *)context)->remains, path, REMAINS_UNREAD, f);
}

/* It was told before. */
static int
pass_unread(void *context, const char *path, struct fault *f)
{
	(void)context;
	(void)path;
	(void)f;
	return 0;
}

/* A name, an address or a comment: of theirs, unless the journal has it. */
static int
note_text(void *context, const char *path, struct fault *f)
{
	const struct search *s = context;
	const char *slash = strrchr(path, '/');
	const char *text = slash == NULL ? path : slash + 1;
	size_t i, n = (size_t)(text - path);
	struct name name;
	int rc = 0;

	for (i = 0; i < s->n && rc == 0; i++)
		if (is_in(s, path, n, &s->places[i], "sheets") &&
		    names_read(text, &name) && name.kind == NAME_SHEET &&
		    !name.is_new)
			rc = forget_is_made(s->places[i].hold, &name, f);
	return rc == 0   ? remains_add(s->remains, path, REMAINS_MAYBE, f)
	       : rc == 1 ? 0
	                 : -1;
}

static int
is_stopped(void *context)
{
	(void)context;
	return terminal_stopped() != 0;
}

static void
set_root(struct search *s, const char *home)
{
	size_t n;

	/* As the search names it: without slashes at its end. */
	(void)snprintf(s->root, sizeof(s->root), "%s", home);
	for (n = strlen(s->root); n > 1 && s->root[n - 1] == '/'; n--)
		s->root[n - 1] = '\0';
}

/* Files that were named while the days were written. */
static int
add_named(struct search *s, const struct leftovers_place *p, struct fault *f)
{
	const char *at = p->pending->named.data, *newline;
	const char *end = at + p->pending->named.len;
	char path[PATH_MAX];

	while (p->pending->named.len > 0 && at < end &&
	       (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		(void)snprintf(path, sizeof(path), "%.*s/%.64s/%.*s",
		    ENDPOINT_HOME_MAX, s->root, p->hold->endpoint.name,
		    (int)(newline - at), at);
		if (remains_add(s->remains, path, REMAINS_MAYBE, f) == -1)
			return -1;
		at = newline + 1;
	}
	return 0;
}

/* The urns as they are, and as a sheet has them: a control is a blank there. */
static void
add_urns(struct bytes *urns, const struct bytes *list)
{
	struct bytes blank = {0};
	size_t i;
	char c;

	pending_join(urns, list);
	for (i = 0; i < list->len; i++) {
		c = list->data[i];
		bytes_addc(
		    &blank, c == '\n' || !iscntrl((unsigned char)c) ? c : ' ');
	}
	/* Which adds those only that differ. */
	pending_join(urns, &blank);
	bytes_free(&blank);
}

int
leftovers_search(const char *home, const struct leftovers_place *places,
    size_t n, int dry, struct remains *remains, struct fault *f)
{
	struct search s = {
	    .places = places, .n = n, .dry = dry, .remains = remains};
	struct bytes urns = {0}, texts = {0};
	const struct findtext by_urn = {
	    &urns, skips, note_file, note_unread, is_stopped, &s};
	const struct findtext by_text = {
	    &texts, skips_text, note_text, pass_unread, is_stopped, &s};
	size_t i;
	int rc;

	set_root(&s, home);
	for (i = 0; i < n; i++) {
		add_urns(&urns, &places[i].pending->urns);
		pending_join(&texts, &places[i].pending->texts);
	}
	rc = bytes_check(&urns, f) == -1 || bytes_check(&texts, f) == -1 ? -1
	                                                                 : 0;
	if (rc == 0)
		rc = findtext_below(&by_urn, s.root, f);
	for (i = 0; i < n && rc == 0; i++)
		rc = add_named(&s, &places[i], f);
	if (rc == 0 && !dry && texts.len > 0)
		rc = findtext_below(&by_text, s.root, f);
	bytes_free(&urns);
	bytes_free(&texts);
	return rc;
}
