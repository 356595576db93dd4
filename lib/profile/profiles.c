/* profiles: which profiles there are; see profiles.h. */
#include <string.h>

#include "profile/profiles.h"

/*
 * Ours: what each program's own pages say of its import, see
 * leadsheet-profiles(7), which cites them.
 */
static const struct {
	const char *name, *what;
} ours[] = {{"hubspot", "HubSpot: contacts"},
    {"salesforce", "Salesforce: leads, by the Data Import Wizard"},
    {"pipedrive", "Pipedrive: people and their organizations"},
    {"google-contacts", "Google Contacts, in the columns of its own export"}};

#define NOT_PROVIDED "\"[not provided]\""

static const struct line {
	const char *profile, *name, *value;
} lines[] = {
    {"hubspot", "column", "\"First Name\" first_name"},
    {"hubspot", "column", "\"Last Name\" last_name or " NOT_PROVIDED},
    {"hubspot", "column", "\"Company Name\" company_name"},
    {"hubspot", "column", "\"Job Title\" job_title"},
    {"hubspot", "column", "Industry industry"},
    {"hubspot", "column", "\"LinkedIn URL\" linkedin_url"},
    {"hubspot", "column", "\"LinkedIn URN\" urn"},
    {"hubspot", "column", "\"LinkedIn Location\" location"},
    {"hubspot", "rows", "50000"},

    {"salesforce", "column", "\"First Name\" first_name"},
    {"salesforce", "column", "\"Last Name\" last_name or " NOT_PROVIDED},
    {"salesforce", "column", "Company company_name or " NOT_PROVIDED},
    {"salesforce", "column", "Title job_title"},
    {"salesforce", "column", "Industry industry"},
    {"salesforce", "column", "Description headline"},
    {"salesforce", "column", "\"LinkedIn URL\" linkedin_url"},
    {"salesforce", "column", "\"LinkedIn URN\" urn"},
    {"salesforce", "column", "\"LinkedIn Location\" location"},
    {"salesforce", "rows", "50000"},

    {"pipedrive", "column", "\"Person - First name\" first_name"},
    {"pipedrive", "column",
	"\"Person - Last name\" last_name or " NOT_PROVIDED},
    {"pipedrive", "column", "\"Organization - Name\" company_name"},
    {"pipedrive", "column", "\"Person - Job title\" job_title"},
    {"pipedrive", "column", "\"Person - LinkedIn URL\" linkedin_url"},
    {"pipedrive", "column", "\"Person - LinkedIn URN\" urn"},
    {"pipedrive", "column", "\"Person - LinkedIn location\" location"},
    {"pipedrive", "rows", "50000"},

    {"google-contacts", "column", "\"First Name\" first_name"},
    {"google-contacts", "column", "\"Middle Name\" \"\""},
    {"google-contacts", "column", "\"Last Name\" last_name"},
    {"google-contacts", "column", "\"Phonetic First Name\" \"\""},
    {"google-contacts", "column", "\"Phonetic Middle Name\" \"\""},
    {"google-contacts", "column", "\"Phonetic Last Name\" \"\""},
    {"google-contacts", "column", "\"Name Prefix\" \"\""},
    {"google-contacts", "column", "\"Name Suffix\" \"\""},
    {"google-contacts", "column", "Nickname \"\""},
    {"google-contacts", "column", "\"File As\" \"\""},
    {"google-contacts", "column", "\"Organization Name\" company_name"},
    {"google-contacts", "column", "\"Organization Title\" job_title"},
    {"google-contacts", "column", "\"Organization Department\" \"\""},
    {"google-contacts", "column", "Birthday \"\""},
    {"google-contacts", "column", "Notes headline"},
    {"google-contacts", "column", "Photo \"\""},
    {"google-contacts", "column", "Labels \"LikesToLeads ::: * myContacts\""},
    {"google-contacts", "column", "\"Website 1 - Label\" \"LinkedIn\""},
    {"google-contacts", "column", "\"Website 1 - Value\" linkedin_url"},
    {"google-contacts", "column",
	"\"Custom Field 1 - Label\" \"LinkedIn URN\""},
    {"google-contacts", "column", "\"Custom Field 1 - Value\" urn"},
    {"google-contacts", "rows", "3000"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The first line of the profile in leadsheet.conf, its section's; or NULL. */
static const struct conf_line *
find_own(const struct conf *c, const char *name)
{
	return conf_find(c, CONF_PROFILE, name, "", NULL);
}

/* Take ours, whose lines are right: t/unit/profiles.c holds them to that. */
static int
take_ours(struct profile *p, struct fault *f)
{
	size_t i;

	for (i = 0; i < COUNT(lines); i++)
		if (strcmp(lines[i].profile, p->name) == 0 &&
		    profile_take(p, lines[i].name, lines[i].value, f) == -1)
			return -1;
	return p->ncolumns > 0;
}

/* Say of a line what is wrong with it, as settings does of its own. */
static int
complain(const struct conf_line *l, const char *path, const char *why,
    struct fault *f)
{
	if (l->indented != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s line %d: %s: %s (line %d begins with a blank, so it "
		    "goes on with this one)",
		    path, l->number, l->name, why, l->indented);
	if (l->fault != NULL)
		return fault_set(f, FAULT_SETUP, 0, "%s line %d: %s", path,
		    l->number, l->fault);
	return fault_set(f, FAULT_SETUP, 0, "%s line %d: %s%s%s", path,
	    l->number, l->name, l->name[0] == '\0' ? "" : ": ", why);
}

/* Tell a wrong line, or take the first one for the fault. */
struct telling {
	const char *path;
	void (*tell)(void *, const char *);
	void *context;
	struct fault fault;
};

static void
note_wrong(
    struct telling *t, const struct conf_line *l, const struct fault *why)
{
	struct fault f = {0};

	(void)complain(l, t->path, why->text, &f);
	if (t->tell != NULL)
		t->tell(t->context, f.text);
	(void)fault_take(&t->fault, &f);
}

/* Take the lines of one of leadsheet.conf, first being its section's. */
static void
take_own(struct profile *p, const struct conf *c, const struct conf_line *first,
    struct telling *t)
{
	const struct conf_line *l;
	struct fault why = {0};

	if (strcmp(p->name, PROFILES_LIST) == 0) {
		(void)fault_set(&why, FAULT_SETUP, 0,
		    "\"list\" lists all profiles; give this one another name");
		note_wrong(t, first, &why);
		return;
	}
	for (l = c->list; l < c->list + c->n; l++) {
		if (l->section != CONF_PROFILE || strcmp(l->of, p->name) != 0 ||
		    (l->name[0] == '\0' && l->fault == NULL))
			continue;
		fault_clear(&why);
		if (l->fault != NULL ||
		    profile_take(p, l->name, l->value, &why) == -1)
			note_wrong(t, l, &why);
	}
	fault_clear(&why);
	if (t->fault.kind == FAULT_NONE && profile_end(p, &why) == -1)
		note_wrong(t, first, &why);
}

int
profiles_find(struct profile *p, const struct conf *c, const char *path,
    const char *name, struct fault *f)
{
	const struct conf_line *first = find_own(c, name);
	struct telling t = {.path = path};

	profile_begin(p, name);
	if (first == NULL)
		return take_ours(p, f);
	take_own(p, c, first, &t);
	return t.fault.kind == FAULT_NONE ? 1 : fault_take(f, &t.fault);
}

/* Does a section of leadsheet.conf begin here, the first of its name? */
static int
begins(const struct conf *c, const struct conf_line *l)
{
	return l->section == CONF_PROFILE && l->name[0] == '\0' &&
	       l->fault == NULL && find_own(c, l->of) == l;
}

void
profiles_tell(const struct conf *c, const char *path,
    void (*tell)(void *, const char *), void *context)
{
	const struct conf_line *l;
	struct profile p;

	for (l = c->list; l < c->list + c->n; l++) {
		struct telling t = {
		    .path = path, .tell = tell, .context = context};

		if (!begins(c, l))
			continue;
		profile_begin(&p, l->of);
		take_own(&p, c, l, &t);
	}
}

static int
is_ours(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(ours); i++)
		if (strcmp(ours[i].name, name) == 0)
			return 1;
	return 0;
}

void
profiles_each(
    const struct conf *c, void (*what)(void *, const char *), void *context)
{
	const struct conf_line *l;
	size_t i;

	for (i = 0; i < COUNT(ours); i++)
		what(context, ours[i].name);
	for (l = c->list; l < c->list + c->n; l++)
		if (begins(c, l) && !is_ours(l->of))
			what(context, l->of);
}

static void
write_ours(const char *name, const char *what, struct bytes *b)
{
	size_t i;

	bytes_printf(
	    b, "# %s; see leadsheet-profiles(7).\n[profile %s]\n", what, name);
	for (i = 0; i < COUNT(lines); i++)
		if (strcmp(lines[i].profile, name) == 0)
			bytes_printf(
			    b, "%s = %s\n", lines[i].name, lines[i].value);
	bytes_addc(b, '\n');
}

static void
write_own(const struct conf *c, const char *path, const struct conf_line *first,
    struct bytes *b)
{
	const struct conf_line *l;

	bytes_printf(b, "# Your own, from line %d of %s on.\n[profile %s]\n",
	    first->number, path, first->of);
	for (l = first; l < c->list + c->n; l++)
		if (l->section == CONF_PROFILE && l->fault == NULL &&
		    l->name[0] != '\0' && strcmp(l->of, first->of) == 0)
			bytes_printf(b, "%s = %s\n", l->name, l->value);
	bytes_addc(b, '\n');
}

void
profiles_write(const struct conf *c, const char *path, struct bytes *b)
{
	const struct conf_line *l;
	size_t i;

	for (i = 0; i < COUNT(ours); i++)
		if (find_own(c, ours[i].name) == NULL)
			write_ours(ours[i].name, ours[i].what, b);
	for (l = c->list; l < c->list + c->n; l++)
		if (begins(c, l))
			write_own(c, path, l, b);
}
