/*
 * leadsheet complete: what the last word of a command line can become, a line
 * each, for deploy/completion.  It is made of the tables, and says nothing
 * where it doesn't know.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "access/readers.h"
#include "cli/cli.h"
#include "cli/commands/confnames.h"
#include "cli/export/unread.h"
#include "select/column.h"
#include "profile/profiles.h"
#include "config/homedir.h"
#include "journal/names.h"
#include "journal/segments.h"

const struct flag complete_flags[] = {{NULL, 0, NULL, NULL}};

/* What is known of the words before the last. */
struct line {
	struct cli *cli;
	const char *last; /* the word to be completed */
	const struct command *command;
	const struct flag *wants; /* the option that the last is the value of */
	const char *endpoint;     /* of --endpoint */
	int narguments;           /* of the command, before the last */
	const char *first;        /* of them */
	int plain;                /* behind -- */
};

/* Print a candidate that begins as the word does. */
static void
offer(const char *word, const char *prefix, const char *name)
{
	size_t n = strlen(prefix);

	if (strncmp(word, prefix, n) == 0 &&
	    strncmp(name, word + n, strlen(word + n)) == 0)
		(void)printf("%s%s\n", prefix, name);
}

static const struct flag *
find_flag(const struct flag *f, const char *word, size_t n)
{
	for (; f != NULL && f->name != NULL; f++)
		if (word[1] == '-' ? strlen(f->name) + 2 == n &&
					 memcmp(f->name, word + 2, n - 2) == 0
				   : n == 2 && word[1] == f->letter)
			return f;
	return NULL;
}

static const struct flag *
find_option(const struct line *l, const char *word, size_t n)
{
	const struct flag *f =
	    l->command == NULL ? NULL : find_flag(l->command->flags, word, n);

	return f != NULL ? f : find_flag(l->cli->global_flags, word, n);
}

static void
note_value(struct line *l, const struct flag *f, const char *value)
{
	if (strcmp(f->name, "home") == 0)
		l->cli->home = value;
	else if (strcmp(f->name, "endpoint") == 0)
		/* Of several, the days of all. */
		l->endpoint =
		    strpbrk(value, ",") == NULL && strcmp(value, "all") != 0
			? value
			: NULL;
}

static void
note_argument(struct line *l, const char *word)
{
	const struct command *c;

	if (l->command != NULL) {
		if (l->narguments++ == 0)
			l->first = word;
		return;
	}
	for (c = l->cli->commands; c->name != NULL; c++)
		if (strcmp(c->name, word) == 0)
			l->command = c;
}

/* Read the words before the last as options.c would, and forgive more. */
static void
read_line(struct line *l, const char *const *words, int n)
{
	const struct flag *f;
	const char *word;
	int i;

	for (i = 0; i < n; i++) {
		word = words[i];
		if (l->wants != NULL) {
			note_value(l, l->wants, word);
			l->wants = NULL;
		} else if (l->plain || word[0] != '-' || word[1] == '\0') {
			note_argument(l, word);
		} else if (strcmp(word, "--") == 0) {
			l->plain = 1;
		} else if ((f = find_option(l, word, strcspn(word, "="))) !=
			   NULL) {
			if (strchr(word, '=') != NULL)
				note_value(l, f, strchr(word, '=') + 1);
			else if (f->value != NULL)
				l->wants = f;
		}
	}
}

struct offering {
	const char *home, *word, *prefix;
};

static int
offer_name(void *context, const char *name)
{
	const struct offering *o = context;

	offer(o->word, o->prefix, name);
	return 0;
}

static void
offer_endpoints(const struct line *l, const char *prefix)
{
	struct offering o = {l->cli->home, l->last, prefix};
	struct fault ignored = {0};

	(void)!endpoint_each(l->cli->home, offer_name, &o, &ignored);
}

/* In a list all before the last comma stays as it is. */
static const char *
get_prefix(const struct line *l, const char *prefix, struct bytes *room)
{
	const char *comma = strrchr(l->last, ',');

	if (comma == NULL)
		return prefix;
	bytes_add(room, l->last, (size_t)(comma + 1 - l->last));
	bytes_addc(room, '\0');
	return room->failed ? prefix : room->data;
}

/* The days that an endpoint keeps. */
static int
offer_its_days(void *context, const char *name)
{
	const struct offering *o = context;
	struct segments all = {0};
	struct fault ignored = {0};
	struct endpoint e;
	char dir[PATH_MAX];
	const char *before = "";
	size_t i;

	if (endpoint_find(&e, o->home, name, &ignored) != 1)
		return 0;
	endpoint_path(&e, dir, "journal");
	(void)!segments_list(dir, NULL, &all, &ignored);
	for (i = 0; i < all.n; before = all.list[i++].day)
		if (strcmp(all.list[i].day, before) != 0)
			offer(o->word, o->prefix, all.list[i].day);
	segments_free(&all);
	return 0;
}

/* Of all endpoints where none is named: the shell drops what comes twice. */
static void
offer_of_endpoint(const struct line *l, const char *prefix,
    int (*what)(void *, const char *name))
{
	struct offering o = {l->cli->home, l->last, prefix};
	struct fault ignored = {0};

	if (l->endpoint != NULL)
		(void)what(&o, l->endpoint);
	else
		(void)!endpoint_each(l->cli->home, what, &o, &ignored);
}

static void
offer_days(const struct line *l, const char *prefix)
{
	offer_of_endpoint(l, prefix, offer_its_days);
	offer(l->last, prefix, "today");
	offer(l->last, prefix, "yesterday");
}

/* The names for --new that an endpoint has cursors of. */
static int
offer_its_readers(void *context, const char *name)
{
	const struct offering *o = context;
	struct fault ignored = {0};
	enum name_cursor kind;
	struct dirent *entry;
	struct endpoint e;
	char dir[PATH_MAX];
	DIR *d;

	if (endpoint_find(&e, o->home, name, &ignored) != 1)
		return 0;
	endpoint_path(&e, dir, "cursors");
	if ((d = opendir(dir)) == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL)
		if (names_read_cursor(entry->d_name, &kind) &&
		    kind == NAME_CURSOR && !unread_is_taken(entry->d_name))
			offer(o->word, o->prefix, entry->d_name);
	(void)closedir(d);
	return 0;
}

static void
offer_columns(const struct line *l, const char *prefix)
{
	int i;

	for (i = 0; i < COLUMN_COUNT; i++)
		offer(l->last, prefix, column_get(i).name);
}

static void
offer_one(void *context, const char *name)
{
	(void)offer_name(context, name);
}

static void
offer_profiles(const struct line *l, const char *prefix)
{
	struct offering o = {l->cli->home, l->last, prefix};

	confnames_profiles(l->cli->home, offer_one, &o);
	offer(l->last, prefix, PROFILES_LIST);
}

/* The words of a list like csv|tsv. */
static void
offer_list(const struct line *l, const char *prefix, const char *list, size_t n)
{
	char word[64];
	size_t one;

	for (; n > 0; list += one, n -= one) {
		one = strcspn(list, "|");
		one = one > n ? n : one;
		(void)snprintf(word, sizeof(word), "%.*s", (int)one, list);
		offer(l->last, prefix, word);
		if (one < n)
			one++;
	}
}

/* By the word in capitals that an option or an argument is shown with. */
static void
offer_value(
    const struct line *l, const char *prefix, const char *what, size_t n)
{
	if (n == 4 && memcmp(what, "NAME", n) == 0)
		offer_endpoints(l, prefix);
	else if (n == 3 && memcmp(what, "DAY", n) == 0)
		offer_days(l, prefix);
	else if (memchr(what, '|', n) != NULL)
		offer_list(l, prefix, what, n);
}

static void
offer_option_value(
    const struct line *l, const struct flag *f, const char *prefix)
{
	struct bytes room = {0};

	/* Where a list can stand. */
	if (f->value != NULL && strstr(f->value, ",...") != NULL)
		prefix = get_prefix(l, prefix, &room);
	if (strcmp(f->name, "endpoint") == 0)
		offer_endpoints(l, prefix);
	else if (strcmp(f->name, "new") == 0)
		offer_of_endpoint(l, prefix, offer_its_readers);
	else if (strcmp(f->name, "columns") == 0 ||
		 strcmp(f->name, "only") == 0)
		offer_columns(l, prefix);
	else if (strcmp(f->name, "profile") == 0)
		offer_profiles(l, prefix);
	else if (f->value != NULL)
		offer_value(l, prefix, f->value, strlen(f->value));
	bytes_free(&room);
}

static void
offer_flags(const struct line *l, const struct flag *f)
{
	for (; f != NULL && f->name != NULL; f++)
		offer(l->last, "--", f->name);
}

/* Who may look at the page, as far as one may read that. */
static void
offer_users(const struct line *l)
{
	struct readers users = {0};
	struct fault ignored = {0};
	size_t i;

	(void)!readers_look(&users, l->cli->home, &ignored);
	for (i = 0; i < users.n && strcmp(l->first, "user") == 0; i++)
		offer(l->last, "", users.list[i].name);
	readers_free(&users);
}

/* The argument that is next: the word of the usage that it stands for. */
static void
offer_argument(const struct line *l)
{
	const char *usage = l->command->arguments, *word = usage;
	size_t n = 0;
	int i;

	for (i = 0; i <= l->narguments && *usage != '\0'; i++) {
		word = usage + strspn(usage, " [");
		n = strcspn(word, " ].");
		usage = word + strcspn(word, " ");
		/* NAME... is as many as one likes. */
		if (strncmp(word + n + (word[n] == ']'), "...", 3) == 0)
			i = l->narguments;
	}
	if (i <= l->narguments)
		return;
	/* A new endpoint's name, and those of a list, nobody can know. */
	if (strcmp(l->command->name, "endpoint") == 0 && l->narguments == 1 &&
	    (strcmp(l->first, "add") == 0 || strcmp(l->first, "list") == 0))
		return;
	/* A user is known; a feed is named by what nobody types. */
	if (strcmp(l->command->name, "page") == 0 && l->narguments == 2)
		offer_users(l);
	else if (strcmp(l->command->name, "relay") == 0)
		confnames_relays(l->cli->home, offer_one,
		    &(struct offering){l->cli->home, l->last, ""});
	else
		offer_value(l, "", word, n);
}

static void
complete(const struct line *l)
{
	const char *equals = strchr(l->last, '=');
	char prefix[128];
	const struct flag *f;
	const struct command *c;

	if (l->wants != NULL) {
		offer_option_value(l, l->wants, "");
	} else if (!l->plain && l->last[0] == '-' && equals != NULL) {
		f = find_option(l, l->last, (size_t)(equals - l->last));
		(void)snprintf(prefix, sizeof(prefix), "%.*s",
		    (int)(equals + 1 - l->last), l->last);
		if (f != NULL)
			offer_option_value(l, f, prefix);
	} else if (!l->plain && l->last[0] == '-') {
		offer_flags(l, l->command == NULL ? NULL : l->command->flags);
		offer_flags(l, l->cli->global_flags);
	} else if (l->command != NULL) {
		offer_argument(l);
	} else {
		for (c = l->cli->commands; c->name != NULL; c++)
			if (c->summary != NULL)
				offer(l->last, "", c->name);
		offer(l->last, "", "help");
	}
}

int
complete_run(struct cli *cli)
{
	struct line l = {.cli = cli};
	const char *const *words = cli->options.arguments;
	int n = cli->options.narguments;

	l.last = n > 0 ? words[n - 1] : "";
	read_line(&l, words, n - 1);
	complete(&l);
	return EX_OK;
}
