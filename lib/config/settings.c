/* settings: what leadsheet.conf says; see settings.h. */
#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/utc.h"
#include "config/columns.h"
#include "config/settings.h"

/* The state of one reading. */
struct reading {
	struct settings *settings;
	const char *path;
	FILE *file;
	int line;      /* the one last read */
	int indented;  /* it goes on with the value of the one before */
	unsigned seen; /* a bit for each setting that had its line */
	struct fault *fault;
};

static int
complain(struct reading *r, const char *name, const char *what)
{
	return fault_set(r->fault, FAULT_SETUP, 0, "%s line %d: %s%s%s",
	    r->path, r->line, name, name[0] == '\0' ? "" : ": ", what);
}

static int
read_flag(int *out, const char *v)
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
	return -1;
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

static const char *
set_timezone(struct reading *r, const char *v)
{
	struct fault why = {0};

	if (v[0] == '\0' || strlen(v) >= sizeof(r->settings->shape.timezone))
		return "write a name like UTC or Europe/Berlin";
	strcpy(r->settings->shape.timezone, v);
	if (utc_zone(v, &why) == 0)
		return NULL;
	(void)fault_set(r->fault, why.kind, 0, "%s line %d: %s", r->path,
	    r->line, why.text);
	return "";
}

static const char *
set_format(struct reading *r, const char *v)
{
	if (strcasecmp(v, "csv") == 0)
		r->settings->shape.format = SHEET_CSV;
	else if (strcasecmp(v, "tsv") == 0)
		r->settings->shape.format = SHEET_TSV;
	else
		return "write csv or tsv";
	return NULL;
}

static const char *
set_delimiter(struct reading *r, const char *v)
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
			r->settings->shape.delimiter = words[i].c;
			return NULL;
		}
	return "write comma, semicolon, tab or pipe, as a word";
}

static const char *
set_max_body(struct reading *r, const char *v)
{
	static const char *const longs[] = {"", "KiB", "MiB", NULL};
	static const char *const shorts[] = {"", "K", "M", NULL};
	unsigned long long n;

	if (read_number(v, longs, 1024, 1024, 1 << 30, &n) == -1 &&
	    read_number(v, shorts, 1024, 1024, 1 << 30, &n) == -1)
		return "write a size from 1K to 1024M, like 16M";
	r->settings->max_body = (size_t)n;
	return NULL;
}

static const char *
set_lock_timeout(struct reading *r, const char *v)
{
	static const char *const units[] = {"", NULL}, *const s[] = {"s", NULL};
	unsigned long long n;

	if (read_number(v, units, 1, 1, 300, &n) == -1 &&
	    read_number(v, s, 1, 1, 300, &n) == -1)
		return "write whole seconds from 1 to 300";
	r->settings->lock_timeout = (int64_t)n * 1000000;
	return NULL;
}

static void
use_all_columns(struct shape *shape)
{
	struct shape all;

	shape_defaults(&all);
	memcpy(shape->columns, all.columns, sizeof(shape->columns));
	shape->ncolumns = all.ncolumns;
}

static const char *
add_column(struct reading *r, const char *name, size_t len)
{
	struct shape *s = &r->settings->shape;
	int column = columns_find(name, len);
	size_t k;

	if (column == -1) {
		(void)fault_set(r->fault, FAULT_SETUP, 0,
		    "%s line %d: columns: there is no column \"%.*s\"; "
		    "leadsheet.conf(5) lists them",
		    r->path, r->line, (int)(len > 64 ? 64 : len), name);
		return "";
	}
	for (k = 0; k < s->ncolumns; k++)
		if (s->columns[k] == column)
			return "a column stands there twice";
	s->columns[s->ncolumns++] = (unsigned char)column;
	return NULL;
}

static const char *
set_columns(struct reading *r, const char *v)
{
	const char *why;
	size_t len;

	if (!r->indented)
		r->settings->shape.ncolumns = 0;
	if (v[0] == '\0' && !r->indented) {
		use_all_columns(&r->settings->shape);
		return NULL;
	}
	while (v[0] != '\0') {
		v += strspn(v, ", \t");
		if ((len = strcspn(v, ", \t")) == 0)
			break;
		if ((why = add_column(r, v, len)) != NULL)
			return why;
		v += len;
	}
	return r->settings->shape.ncolumns > 0 ? NULL
	                                       : "name at least one column";
}

static const struct {
	const char *name;
	const char *(*set)(struct reading *, const char *);
	size_t flag;   /* where set is NULL: the offset of a yes or no */
	int continues; /* its value may go on in indented lines */
} table[] = {
    {"timezone", set_timezone, 0, 0},
    {"format", set_format, 0, 0},
    {"delimiter", set_delimiter, 0, 0},
    {"bom", NULL, offsetof(struct settings, shape.bom), 0},
    {"columns", set_columns, 0, 1},
    {"protect", NULL, offsetof(struct settings, shape.protect), 0},
    {"require_https", NULL, offsetof(struct settings, require_https), 0},
    {"trust_forwarded_proto", NULL,
	offsetof(struct settings, trust_forwarded_proto), 0},
    {"max_body", set_max_body, 0, 0},
    {"lock_timeout", set_lock_timeout, 0, 0},
};

static const char *
set(struct reading *r, size_t i, const char *v)
{
	int *flag;

	if (table[i].set != NULL)
		return table[i].set(r, v);
	flag = (int *)(void *)((char *)r->settings + table[i].flag);
	return read_flag(flag, v) == 0 ? NULL : "write yes or no";
}

/* What inih calls for each setting; 1, or 0 when it is no good. */
static int
on_setting(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	const char *why;
	size_t i;

	if (section[0] != '\0') {
		(void)complain(
		    r, "", "there are no [sections] here; take that line out");
		return 0;
	}
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(name, table[i].name) == 0)
			break;
	if (i == sizeof(table) / sizeof(table[0])) {
		(void)fault_set(r->fault, FAULT_SETUP, 0,
		    "%s line %d: there is no setting \"%.64s\"; "
		    "leadsheet.conf(5) lists them",
		    r->path, r->line, name);
		return 0;
	}
	if (r->indented && !table[i].continues)
		why = "this line is indented, so it goes on with the one "
		      "before; take the blanks away";
	else if (!r->indented && (r->seen & 1u << i) != 0)
		why = "stands there twice; keep one";
	else
		why = set(r, i, value);
	r->seen |= 1u << i;
	if (why == NULL)
		return 1;
	(void)complain(r, name, why);
	return 0;
}

/*
 * Take away what inih doesn't know: a comment behind a blank and a #, and
 * blanks before "name = value", which are no continuation then.
 */
static void
clean_line(struct reading *r, char *line)
{
	size_t blanks = strspn(line, " \t");
	char *hash = line;

	while ((hash = strchr(hash + 1, '#')) != NULL)
		if (hash[-1] == ' ' || hash[-1] == '\t') {
			(void)strcpy(hash, "\n");
			break;
		}
	r->indented = blanks > 0;
	if (blanks > 0 && strchr(line, '=') != NULL) {
		memmove(line, line + blanks, strlen(line + blanks) + 1);
		r->indented = 0;
	}
}

/* What inih calls for each line: fgets(3) that counts. */
static char *
read_line(char *out, int size, void *stream)
{
	struct reading *r = stream;

	int whole;

	if (fgets(out, size, r->file) == NULL)
		return NULL;
	whole = strchr(out, '\n') != NULL || feof(r->file);
	r->line++;
	clean_line(r, out);
	if (!whole) {
		(void)complain(r, "",
		    "the line is too long (about 200 characters); columns "
		    "may go on in further, indented lines");
		return NULL;
	}
	return out;
}

static void
look(const char *path, int64_t file[4])
{
	struct stat st;

	memset(file, 0, 4 * sizeof(file[0]));
	if (stat(path, &st) == -1) {
		file[0] = -errno;
		return;
	}
	file[0] = (int64_t)st.st_ino;
	file[1] = (int64_t)st.st_size;
	file[2] = (int64_t)st.st_mtim.tv_sec;
	file[3] = (int64_t)st.st_mtim.tv_nsec;
}

static void
set_defaults(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	shape_defaults(&s->shape);
	s->shape.delimiter = '\0'; /* none yet: settle() knows which */
	s->require_https = 1;
	s->max_body = 16 << 20;
	s->lock_timeout = 20 * 1000000;
}

/* What only all the lines together can tell. */
static int
settle(struct reading *r)
{
	struct shape *s = &r->settings->shape;

	if (s->format == SHEET_TSV && s->delimiter != '\0' &&
	    s->delimiter != '\t')
		return fault_set(r->fault, FAULT_SETUP, 0,
		    "%s: format tsv is delimited by tab; take the line "
		    "\"delimiter\" out",
		    r->path);
	if (s->delimiter == '\0')
		s->delimiter = s->format == SHEET_TSV ? '\t' : ',';
	return 0;
}

int
settings_load(struct settings *s, const char *path, struct fault *f)
{
	struct reading r = {s, path, NULL, 0, 0, 0, f};
	int bad;

	set_defaults(s);
	if (utc_zone(s->shape.timezone, f) == -1)
		return -1;
	look(path, s->file);
	if ((r.file = fopen(path, "re")) == NULL) {
		if (errno == ENOENT)
			return settle(&r);
		return fault_set(f, FAULT_SETUP, errno, "can't read %s", path);
	}
	bad = ini_parse_stream(read_line, &r, on_setting, &r);
	if (ferror(r.file))
		(void)fault_set(f, FAULT_SETUP, EIO, "can't read %s", path);
	(void)fclose(r.file);
	if (bad > 0)
		(void)fault_set(f, FAULT_SETUP, 0,
		    "%s line %d: write it as name = value", path, bad);
	else if (bad < 0)
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
	if (f->kind != FAULT_NONE)
		return -1;
	return settle(&r);
}

int
settings_changed(const struct settings *s, const char *path)
{
	int64_t now[4];

	look(path, now);
	return memcmp(now, s->file, sizeof(now)) != 0;
}
