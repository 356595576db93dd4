/* digestconf: the section [digest] of leadsheet.conf; see digestconf.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/digest/digestconf.h"
#include "cli/digest/mailer.h"

#define BLANKS " \t"

static int
take_address(char out[static MIME_ADDRESS_SIZE], const char *word, size_t n,
    const char *several, struct fault *f)
{
	if (n < MIME_ADDRESS_SIZE) {
		(void)memcpy(out, word, n);
		out[n] = '\0';
		if (mime_is_address(out))
			return 0;
	}
	return fault_set(f, FAULT_SETUP, 0,
	    "\"%.*s\" is no mail address; write it alone, as "
	    "you@example.org%s",
	    n > 80 ? 80 : (int)n, word, several);
}

int
digestconf_set_to(struct digestconf *c, const char *addresses, struct fault *f)
{
	const char *word = addresses, *end;
	size_t n;

	for (c->nto = 0; word != NULL; word = *end == '\0' ? NULL : end + 1) {
		if (c->nto == DIGESTCONF_TO_MAX)
			return fault_set(f, FAULT_SETUP, 0,
			    "these are more than %d addresses; have your mail "
			    "server pass one of them on to the others",
			    DIGESTCONF_TO_MAX);
		end = strchrnul(word, ',');
		word += strspn(word, BLANKS);
		n = (size_t)(end - word);
		while (n > 0 && strchr(BLANKS, word[n - 1]) != NULL)
			n--;
		if (take_address(c->to[c->nto], word, n,
			", with commas between several", f) == -1)
			return -1;
		c->nto++;
	}
	return 0;
}

int
digestconf_set_from(struct digestconf *c, const char *address, struct fault *f)
{
	return take_address(c->from, address, strlen(address), "", f);
}

static int
set_names(struct digestconf *c, const char *value, struct fault *f)
{
	c->names = strcmp(value, "yes") == 0;
	return c->names || strcmp(value, "no") == 0
	           ? 0
	           : fault_set(f, FAULT_SETUP, 0,
			 "\"%.80s\" is neither yes nor no", value);
}

/* A link that a mail can have: nothing in it that would end it. */
static int
set_page(struct digestconf *c, const char *value, struct fault *f)
{
	const char *p;
	size_t n = strlen(value);

	for (p = value; *p != '\0'; p++)
		if (!isgraph((unsigned char)*p) || strchr("<>\"\\^`{|}", *p))
			break;
	if (*p != '\0' || n >= sizeof(c->page) ||
	    (strncmp(value, "https://", 8) != 0 &&
		strncmp(value, "http://", 7) != 0) ||
	    strchr(value, ':')[3] == '\0' || strchr(value, ':')[3] == '/')
		return fault_set(f, FAULT_SETUP, 0,
		    "\"%.80s\" is no URL of a page; write it as a browser "
		    "shows it, like https://YOUR.SITE/page/",
		    value);
	(void)memcpy(c->page, value, n + 1);
	return 0;
}

static int
set_sendmail(struct digestconf *c, const char *value, struct fault *f)
{
	size_t n = strlen(value);

	if (value[0] != '/' || n >= sizeof(c->sendmail))
		return fault_set(f, FAULT_SETUP, 0,
		    "\"%.80s\" is no path of a program; write it whole and "
		    "without options, like " MAILER_PROGRAM,
		    value);
	(void)memcpy(c->sendmail, value, n + 1);
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct digestconf *, const char *, struct fault *);
} settings[] = {{"to", digestconf_set_to}, {"from", digestconf_set_from},
    {"names", set_names}, {"page", set_page}, {"sendmail", set_sendmail},
    {NULL, NULL}};

static int
complain(const struct conf_line *l, const char *path, const char *what,
    struct fault *f)
{
	if (l->indented != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s line %d: %s: %s (line %d begins with a blank, so it "
		    "goes on with this one)",
		    path, l->number, l->name, what, l->indented);
	return fault_set(f, FAULT_SETUP, 0, "%s line %d: %s%s%s", path,
	    l->number, l->fault != NULL ? "" : l->name,
	    l->fault != NULL ? "" : ": ", what);
}

/* Nothing of [digest] has that name. */
static int
complain_unknown(const struct conf_line *l, const char *path, struct fault *f)
{
	const char *near = text_nearest(l->name, settings, sizeof(settings[0]));
	char what[160];

	(void)snprintf(what, sizeof(what),
	    "there is no such setting of the digest; %s%s%s",
	    near == NULL ? "it has to, from, names, page and sendmail"
			 : "is it \"",
	    near == NULL ? "" : near, near == NULL ? "" : "\"?");
	return complain(l, path, what, f);
}

static int
take_line(struct digestconf *c, const struct conf *conf,
    const struct conf_line *l, const char *path, struct fault *f)
{
	struct fault why = {0};
	size_t i;

	if (l->fault != NULL)
		return complain(l, path, l->fault, f);
	if (l->name[0] == '\0')
		return 0; /* the section begins */
	for (i = 0; settings[i].name != NULL; i++)
		if (strcmp(settings[i].name, l->name) == 0)
			break;
	if (settings[i].name == NULL)
		return complain_unknown(l, path, f);
	if (conf_find(conf, CONF_DIGEST, "", l->name, NULL) != l)
		return complain(l, path, "is set twice; keep one line", f);
	if (settings[i].set(c, l->value, &why) == -1)
		return complain(l, path, why.text, f);
	return 0;
}

int
digestconf_read(struct digestconf *c, const struct conf *conf, const char *path,
    struct fault *f)
{
	const struct conf_line *l;

	memset(c, 0, sizeof(*c));
	c->names = 1;
	(void)snprintf(c->sendmail, sizeof(c->sendmail), MAILER_PROGRAM);
	if (conf->fault.kind != FAULT_NONE)
		return fault_take(f, &conf->fault);
	for (l = conf->list; l < conf->list + conf->n; l++) {
		if (l->section != CONF_DIGEST)
			continue;
		c->there = 1;
		if (take_line(c, conf, l, path, f) == -1)
			return -1;
	}
	return 0;
}
