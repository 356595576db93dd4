/* setting: one setting, and the values that it takes; see setting.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/utc.h"
#include "config/shape.h"
#include "config/setting.h"

#define QUIET_MOST (366 * 24) /* hours */

static int
wrong(struct fault *why, const char *remedy)
{
	return fault_set(why, FAULT_SETUP, 0, "%s", remedy);
}

static int
read_flag(int *out, const char *v, struct fault *why)
{
	static const struct {
		const char *word;
		int value;
	} words[] = {{"yes", 1}, {"no", 0}, {"on", 1}, {"off", 0}, {"true", 1},
	    {"false", 0}, {"1", 1}, {"0", 0}};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(v, words[i].word) == 0) {
			*out = words[i].value;
			return 0;
		}
	return wrong(why, "write yes or no");
}

/* A whole number from least to most, in units of which each has a factor. */
static int
read_number(const char *v, const char *const *units, unsigned long long factor,
    unsigned long long least, unsigned long long most, unsigned long long *out)
{
	unsigned long long n, scale = 1;
	char *end;

	if (v[0] < '0' || v[0] > '9')
		return -1;
	errno = 0;
	n = strtoull(v, &end, 10);
	if (errno != 0)
		return -1;
	while (*end == ' ')
		end++;
	for (; *units != NULL && strcasecmp(end, *units) != 0; units++)
		scale *= factor;
	if (*units == NULL || n > most / scale || n * scale < least)
		return -1;
	*out = n * scale;
	return 0;
}

static int
set_timezone(struct settings *s, const char *v, struct fault *why)
{
	if (v[0] == '\0' || strlen(v) >= sizeof(s->shape.timezone))
		return wrong(why, "write a name like UTC or Europe/Berlin");
	/* They count leap seconds, which no other clock here does. */
	if (strncmp(v, "right/", strlen("right/")) == 0)
		return fault_set(why, FAULT_SETUP, 0,
		    "\"%s\" counts leap seconds, so that times would be wrong "
		    "by half a minute; write %s",
		    v, v + strlen("right/"));
	if (!utc_zone_exists(v))
		return fault_set(why, FAULT_SETUP, 0,
		    "\"%s\" is not known here (no /usr/share/zoneinfo/%s); "
		    "write it like Europe/Berlin, install tzdata, or do "
		    "without: timezone = UTC",
		    v, v);
	strcpy(s->shape.timezone, v);
	return 0;
}

static int
set_format(struct settings *s, const char *v, struct fault *why)
{
	if (strcasecmp(v, "csv") == 0)
		s->shape.format = SHEET_CSV;
	else if (strcasecmp(v, "tsv") == 0)
		s->shape.format = SHEET_TSV;
	else
		return wrong(why, "write csv or tsv");
	return 0;
}

static int
set_delimiter(struct settings *s, const char *v, struct fault *why)
{
	static const struct {
		const char *word;
		char c;
	} words[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
	    {"pipe", '|'}, {",", ','}, {"\";\"", ';'}, {"|", '|'}};
	size_t i;

	/* A bare ; begins a comment, so that it comes as an empty value. */
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(v, words[i].word) == 0) {
			s->shape.delimiter = words[i].c;
			return 0;
		}
	return wrong(why, "write comma, semicolon, tab or pipe, as a word");
}

static int
set_bom(struct settings *s, const char *v, struct fault *why)
{
	return read_flag(&s->shape.bom, v, why);
}

static int
set_protect(struct settings *s, const char *v, struct fault *why)
{
	return read_flag(&s->shape.protect, v, why);
}

static int
set_require_https(struct settings *s, const char *v, struct fault *why)
{
	return read_flag(&s->require_https, v, why);
}

static int
set_trust(struct settings *s, const char *v, struct fault *why)
{
	return read_flag(&s->trust_forwarded_proto, v, why);
}

static int
set_max_body(struct settings *s, const char *v, struct fault *why)
{
	static const char *const longs[] = {"", "KiB", "MiB", NULL};
	static const char *const shorts[] = {"", "K", "M", NULL};
	unsigned long long n;

	if (read_number(v, longs, 1024, 1024, 1 << 30, &n) == -1 &&
	    read_number(v, shorts, 1024, 1024, 1 << 30, &n) == -1)
		return wrong(why, "write a size from 1K to 1024M, like 16M");
	s->max_body = (size_t)n;
	return 0;
}

static int
set_lock_timeout(struct settings *s, const char *v, struct fault *why)
{
	static const char *const units[] = {"", NULL}, *const sec[] = {
							   "s", NULL};
	unsigned long long n;

	if (read_number(v, units, 1, 1, 300, &n) == -1 &&
	    read_number(v, sec, 1, 1, 300, &n) == -1)
		return wrong(why, "write whole seconds from 1 to 300");
	s->lock_timeout = (int64_t)n * 1000000;
	return 0;
}

static int
set_quiet(struct settings *s, const char *v, struct fault *why)
{
	static const struct {
		const char *const units[2];
		int64_t hours;
	} units[] = {
	    {{"h", NULL}, 1}, {{"d", NULL}, 24}, {{"w", NULL}, 7 * 24}};
	unsigned long long n;
	size_t i;

	s->quiet = 0;
	if (strcasecmp(v, "off") == 0 || strcasecmp(v, "no") == 0)
		return 0;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (read_number(v, units[i].units, 1, 1,
			QUIET_MOST / (unsigned long long)units[i].hours,
			&n) == 0) {
			s->quiet =
			    (int64_t)n * units[i].hours * 3600 * UTC_SECOND;
			return 0;
		}
	return wrong(why, "write so many hours, days or weeks, from 1h to "
			  "366d, like 3d, or off");
}

static int
set_login(struct settings *s, const char *v, struct fault *why)
{
	if (strcasecmp(v, "own") == 0)
		s->login_by_server = 0;
	else if (strcasecmp(v, "server") == 0)
		s->login_by_server = 1;
	else
		return wrong(why, "write own, or server where the web server "
				  "asks for the password");
	return 0;
}

static int
set_language(struct settings *s, const char *v, struct fault *why)
{
	if (strcasecmp(v, "auto") == 0)
		s->language = "";
	else if (strcasecmp(v, "en") == 0)
		s->language = "en";
	else if (strcasecmp(v, "de") == 0)
		s->language = "de";
	else
		return wrong(why, "write auto, en or de");
	return 0;
}

static int
add_column(struct shape *s, const char *name, size_t len, struct fault *why)
{
	int column = shape_column(name, len);
	size_t k;

	if (column == -1)
		return fault_set(why, FAULT_SETUP, 0,
		    "there is no column \"%.*s\"; leadsheet.conf(5) lists them",
		    (int)(len > 64 ? 64 : len), name);
	for (k = 0; k < s->ncolumns; k++)
		if (s->columns[k] == column)
			return fault_set(why, FAULT_SETUP, 0,
			    "the column \"%.*s\" stands there twice; keep one",
			    (int)len, name);
	s->columns[s->ncolumns++] = (unsigned char)column;
	return 0;
}

static int
set_columns(struct settings *s, const char *v, struct fault *why)
{
	struct shape all;
	size_t len;

	if (v[0] == '\0') {
		shape_defaults(&all);
		memcpy(s->shape.columns, all.columns, sizeof(all.columns));
		s->shape.ncolumns = all.ncolumns;
		return 0;
	}
	for (s->shape.ncolumns = 0; v[0] != '\0'; v += len) {
		v += strspn(v, ", \t");
		if ((len = strcspn(v, ", \t")) > 0 &&
		    add_column(&s->shape, v, len, why) == -1)
			return -1;
	}
	return s->shape.ncolumns > 0 ? 0
	                             : wrong(why, "name at least one column");
}

static const struct {
	const char *name;
	int (*set)(struct settings *, const char *, struct fault *);
	enum setting_doubt doubt;
	int of_page;
} table[SETTING_COUNT] = {
    [SETTING_FORMAT] = {"format", set_format, SETTING_OF_SHAPE, 0},
    [SETTING_DELIMITER] = {"delimiter", set_delimiter, SETTING_OF_SHAPE, 0},
    [SETTING_TIMEZONE] = {"timezone", set_timezone, SETTING_OF_SHAPE, 0},
    [SETTING_BOM] = {"bom", set_bom, SETTING_OF_SHAPE, 0},
    [SETTING_COLUMNS] = {"columns", set_columns, SETTING_OF_SHAPE, 0},
    [SETTING_PROTECT] = {"protect", set_protect, SETTING_OF_SHAPE, 0},
    [SETTING_REQUIRE_HTTPS] = {"require_https", set_require_https,
	SETTING_OF_HTTPS, 0},
    [SETTING_TRUST] = {"trust_forwarded_proto", set_trust, SETTING_OF_HTTPS, 0},
    [SETTING_MAX_BODY] = {"max_body", set_max_body, SETTING_OF_NEITHER, 0},
    [SETTING_LOCK_TIMEOUT] = {"lock_timeout", set_lock_timeout,
	SETTING_OF_NEITHER, 0},
    [SETTING_QUIET] = {"quiet", set_quiet, SETTING_OF_NEITHER, 0},
    [SETTING_LOGIN] = {"login", set_login, SETTING_OF_NEITHER, 1},
    [SETTING_LANGUAGE] = {"language", set_language, SETTING_OF_NEITHER, 1},
};

void
setting_defaults(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	shape_defaults(&s->shape);
	s->require_https = 1;
	s->max_body = 16 << 20;
	s->lock_timeout = 20 * 1000000;
	s->language = "";
}

const char *
setting_name(enum setting i)
{
	return table[i].name;
}

enum setting_doubt
setting_doubt(enum setting i)
{
	return table[i].doubt;
}

int
setting_is_of_page(enum setting i)
{
	return table[i].of_page;
}

int
setting_set(
    struct settings *s, enum setting i, const char *value, struct fault *why)
{
	struct settings changed = *s;

	if (table[i].set(&changed, value, why) == -1)
		return -1;
	*s = changed;
	return 0;
}

enum setting
setting_nearest(const char *name)
{
	size_t i, d, best = SETTING_COUNT, least = 3;
	char word[32];

	(void)snprintf(
	    word, sizeof(word), "%.*s", (int)strcspn(name, " \t"), name);
	for (i = 0; i < SETTING_COUNT; i++) {
		d = text_distance(word, table[i].name);
		if (d < least && d + 1 < strlen(table[i].name)) {
			least = d;
			best = i;
		}
	}
	return (enum setting)best;
}
