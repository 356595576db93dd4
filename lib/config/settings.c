/* settings: what the lines of leadsheet.conf mean; see settings.h. */
#include <stdio.h>
#include <string.h>

#include "config/settings.h"

/* The state of one reading. */
struct reading {
	struct settings *settings;
	const struct conf *conf;
	const char *path;
	const char *endpoint; /* or NULL */
	/* Of each setting: the line that holds, and whether one is wrong. */
	const struct conf_line *used[SETTING_COUNT];
	int doubtful[SETTING_COUNT];
	void (*tell)(void *, const struct settings_wrong *);
	void *context;
};

static const char *const effects[] = {
    [SETTING_OF_NEITHER] = "until it is put right its default holds",
    [SETTING_OF_SHAPE] = ("until it is put right deliveries are kept, and "
			  "their rows wait"),
    [SETTING_OF_HTTPS] = "until it is put right plain HTTP is not refused",
};

/* A line is wrong, and leaves that in doubt. */
static void
complain(struct reading *r, const struct conf_line *l, enum setting_doubt doubt,
    const char *what)
{
	struct settings_wrong told = {.line = l, .effect = effects[doubt]};
	struct settings *s = r->settings;
	struct fault f = {0};

	/* Told with those of all endpoints; no endpoint's store needs it. */
	if (l->section == CONF_PAGE && r->endpoint != NULL)
		return;
	if (l->indented == 0)
		(void)fault_set(&f, FAULT_SETUP, 0, "%s line %d: %s%s%s",
		    r->path, l->number, l->fault != NULL ? "" : l->name,
		    l->fault != NULL ? "" : ": ", what);
	else
		(void)fault_set(&f, FAULT_SETUP, 0,
		    "%s line %d: %s: %s (line %d begins with a blank, so it "
		    "goes on with this one)",
		    r->path, l->number, l->name, what, l->indented);
	if (s->wrong.kind == FAULT_NONE || l->number < s->line) {
		s->wrong = f;
		s->line = l->number;
	}
	told.text = f.text;
	if (r->tell != NULL)
		r->tell(r->context, &told);
}

static void
leave_in_doubt(struct settings *s, enum setting_doubt doubt)
{
	s->waits |= doubt == SETTING_OF_SHAPE;
	s->https_in_doubt |= doubt == SETTING_OF_HTTPS;
}

/* Take a setting from one section, over what held before. */
static void
take(struct reading *r, enum setting i, enum conf_section section,
    const char *of)
{
	const char *name = setting_name(i);
	const struct conf_line *l, *again;
	struct fault why = {0};

	if ((l = conf_find(r->conf, section, of, name, NULL)) == NULL)
		return;
	again = conf_find(r->conf, section, of, name, l);
	if (again != NULL) {
		complain(
		    r, again, setting_doubt(i), "is set twice; keep one line");
		r->doubtful[i] = 1;
	} else if (setting_set(r->settings, i, l->value, &why) == -1) {
		complain(r, l, setting_doubt(i), why.text);
		r->doubtful[i] = 1;
	} else {
		r->used[i] = l;
		r->doubtful[i] = 0;
	}
}

/*
 * Which delimiter it is, when all is read: a tsv's is the tab.  One that was
 * said for all endpoints gives way to the format that one of them has.
 */
static void
settle_delimiter(struct reading *r)
{
	const struct conf_line *l = r->used[SETTING_DELIMITER];
	const struct conf_line *f = r->used[SETTING_FORMAT];
	struct shape *s = &r->settings->shape;

	if (s->format != SHEET_TSV || s->delimiter == '\t')
		return;
	s->delimiter = '\t';
	if (l == NULL ||
	    (f->section == CONF_ENDPOINT && l->section == CONF_GENERAL))
		return;
	complain(r, l, SETTING_OF_SHAPE,
	    "format tsv is delimited by tab; take this line out");
	r->doubtful[SETTING_DELIMITER] = 1;
}

/*
 * Is it a line of another endpoint, of a profile, a relay or the digest, or for
 * an endpoint one of the page?
 */
static int
is_of_others(const struct reading *r, const struct conf_line *l)
{
	return l->section == CONF_PROFILE || l->section == CONF_RELAY ||
	       l->section == CONF_DIGEST ||
	       (l->section == CONF_PAGE && r->endpoint != NULL) ||
	       (l->section == CONF_ENDPOINT &&
		   (r->endpoint == NULL || strcmp(l->of, r->endpoint) != 0));
}

/* What a name is most likely meant for. */
static enum setting_doubt
doubt_about(const char *name)
{
	enum setting near = setting_nearest(name);

	return near < SETTING_COUNT ? setting_doubt(near) : SETTING_OF_NEITHER;
}

/* What lines of sections that there are not may be meant for. */
static enum setting_doubt
doubt_about_sections(const struct conf *c)
{
	enum setting_doubt doubt = SETTING_OF_NEITHER, other;
	size_t i;

	for (i = 0; i < c->n; i++) {
		other = doubt_about(c->list[i].name);
		if (c->list[i].section == CONF_UNKNOWN &&
		    (doubt == SETTING_OF_NEITHER || other == SETTING_OF_SHAPE))
			doubt = other;
	}
	return doubt;
}

/* A setting of ours: does it stand where it holds? */
static void
look_at_place(struct reading *r, const struct conf_line *l, enum setting i)
{
	int is_page = l->section == CONF_PAGE;

	if (is_page == setting_is_of_page(i))
		return;
	leave_in_doubt(r->settings, setting_doubt(i));
	complain(r, l, setting_doubt(i),
	    is_page ? "this is no setting of the page; write it before the "
		      "first section"
		    : "this is a setting of the page; write it below a line "
		      "[page]");
}

/* It is no setting of ours: whatever it was meant for is in doubt. */
static void
look_at_unknown(struct reading *r, const struct conf_line *l)
{
	enum setting near = setting_nearest(l->name);
	enum setting_doubt doubt = doubt_about(l->name);
	char what[160];

	if (l->name[0] == '\0' && l->fault == NULL)
		return; /* a section begins */
	if (near < SETTING_COUNT && l->fault == NULL &&
	    l->section != CONF_UNKNOWN &&
	    strcmp(l->name, setting_name(near)) == 0) {
		look_at_place(r, l, near);
		return;
	}
	leave_in_doubt(r->settings, doubt);
	if (l->section == CONF_UNKNOWN && l->fault == NULL)
		return; /* its section was told */
	if (l->section == CONF_UNKNOWN)
		doubt = doubt_about_sections(r->conf);
	if (l->fault != NULL)
		(void)snprintf(what, sizeof(what), "%s", l->fault);
	else if (near < SETTING_COUNT)
		(void)snprintf(what, sizeof(what),
		    "there is no such setting; is it \"%s\"?",
		    setting_name(near));
	else
		(void)snprintf(what, sizeof(what),
		    "there is no such setting; leadsheet.conf(5) lists them");
	complain(r, l, doubt, what);
}

static void
read_all(struct reading *r)
{
	const struct conf *c = r->conf;
	enum setting i;
	size_t n;

	for (i = 0; i < SETTING_COUNT; i++) {
		take(
		    r, i, setting_is_of_page(i) ? CONF_PAGE : CONF_GENERAL, "");
		if (r->endpoint != NULL && !setting_is_of_page(i))
			take(r, i, CONF_ENDPOINT, r->endpoint);
	}
	settle_delimiter(r);
	for (i = 0; i < SETTING_COUNT; i++)
		if (r->doubtful[i])
			leave_in_doubt(r->settings, setting_doubt(i));
	for (n = 0; n < c->n; n++)
		if (!is_of_others(r, &c->list[n]))
			look_at_unknown(r, &c->list[n]);
}

void
settings_tell(struct settings *s, const struct conf *conf, const char *path,
    const char *endpoint, void (*tell)(void *, const struct settings_wrong *),
    void *context)
{
	struct reading r = {.settings = s,
	    .conf = conf,
	    .path = path,
	    .endpoint = endpoint,
	    .tell = tell,
	    .context = context};
	const struct settings_wrong unreadable = {
	    NULL, conf->fault.text, effects[SETTING_OF_SHAPE]};

	setting_defaults(s);
	if (conf->fault.kind == FAULT_NONE) {
		read_all(&r);
		return;
	}
	s->wrong = conf->fault;
	s->waits = s->https_in_doubt = 1;
	if (tell != NULL)
		tell(context, &unreadable);
}

void
settings_of(struct settings *s, const struct conf *conf, const char *path,
    const char *endpoint)
{
	settings_tell(s, conf, path, endpoint, NULL, NULL);
}

const char *
settings_effect(const struct settings *s)
{
	return effects[s->waits            ? SETTING_OF_SHAPE
		       : s->https_in_doubt ? SETTING_OF_HTTPS
					   : SETTING_OF_NEITHER];
}

size_t
settings_max_body(const struct conf *conf, const char *path)
{
	struct settings s;
	size_t most, i;

	settings_of(&s, conf, path, NULL);
	most = s.max_body;
	for (i = 0; i < conf->n; i++) {
		if (conf->list[i].section != CONF_ENDPOINT)
			continue;
		settings_of(&s, conf, path, conf->list[i].of);
		if (s.max_body > most)
			most = s.max_body;
	}
	return most;
}
