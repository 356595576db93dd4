/*
 * Profiles: a name that is split is all there, and only blanks are left out; a
 * line that is taken means the same when it is written anew.
 */
#include "fuzz.h"

#include "profile/personname.h"
#include "profile/profile.h"

static void
check_name(const char *s, size_t n)
{
	struct personname p, again;
	const char *end = s + n;

	personname_split(&p, s, n);
	HOLDS((p.last_len == 0) == personname_is_blank(s, n));
	if (p.last_len == 0) {
		HOLDS(p.first_len == 0);
		return;
	}
	HOLDS(p.last >= s && p.last + p.last_len <= end);
	HOLDS(personname_is_blank(
	    p.last + p.last_len, (size_t)(end - p.last) - p.last_len));
	personname_split(&again, p.last, p.last_len);
	if (p.first_len == 0) {
		HOLDS(personname_is_blank(s, (size_t)(p.last - s)));
		HOLDS(again.first_len == 0 && again.last_len == p.last_len);
		return;
	}
	HOLDS(p.first >= s && p.first + p.first_len < p.last);
	HOLDS(personname_is_blank(s, (size_t)(p.first - s)));
	HOLDS(personname_is_blank(
	    p.first + p.first_len, (size_t)(p.last - p.first) - p.first_len));
	HOLDS(!personname_is_blank(p.first, p.first_len));
}

static void
add_text(struct bytes *b, const char *s)
{
	bytes_addc(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			bytes_addc(b, '"');
		bytes_addc(b, *s);
	}
	bytes_addc(b, '"');
}

static const char *
field_name(int field)
{
	return field == PROFILE_FIRST_NAME  ? "first_name"
	       : field == PROFILE_LAST_NAME ? "last_name"
	                                    : column_get(field).name;
}

/* The column as a line, which must be taken and mean the same. */
static void
check_column(const struct profile_column *c)
{
	struct bytes line = {0};
	struct profile p;
	struct fault why = {0};
	size_t i;

	add_text(&line, c->name);
	for (i = 0; i < c->nfields; i++) {
		HOLDS(c->fields[i] >= 0 && c->fields[i] < PROFILE_FIELD_COUNT);
		bytes_adds(&line, i == 0 ? " " : " or ");
		bytes_adds(&line, field_name(c->fields[i]));
	}
	if (c->text[0] != '\0' || c->nfields == 0) {
		bytes_adds(&line, c->nfields == 0 ? " " : " or ");
		add_text(&line, c->text);
	}
	bytes_addc(&line, '\0');
	HOLDS(!line.failed);
	profile_begin(&p, "x");
	HOLDS(profile_take(&p, "column", line.data, &why) == 0);
	HOLDS(memcmp(&p.columns[0], c, sizeof(*c)) == 0);
	bytes_free(&line);
}

/* Lines, as leadsheet.conf would have them. */
static void
check_lines(char *text)
{
	struct profile p;
	struct fault why;
	char *line, *value, *rest;
	size_t n;

	profile_begin(&p, "x");
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if ((value = strchr(line, '=')) == NULL)
			continue;
		*value++ = '\0';
		memset(&why, 0, sizeof(why));
		n = p.ncolumns;
		if (profile_take(&p, line, value, &why) == -1) {
			HOLDS(why.kind == FAULT_SETUP && why.text[0] != '\0');
			HOLDS(p.ncolumns == n);
		}
	}
	HOLDS(p.ncolumns <= PROFILE_COLUMNS_MAX && p.rows >= 0);
	HOLDS(strchr(",;|\t", p.delimiter) != NULL && p.delimiter != '\0');
	for (n = 0; n < p.ncolumns; n++)
		check_column(&p.columns[n]);
	memset(&why, 0, sizeof(why));
	if (profile_end(&p, &why) == 0)
		HOLDS(p.ncolumns > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1);

	HOLDS(text != NULL);
	memcpy(text, data, n);
	text[n] = '\0';
	check_name(text, n);
	check_lines(text);
	free(text);
	return 0;
}
