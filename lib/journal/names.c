/* names: every file name below an endpoint's directories; see names.h. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/names.h"

static const char *const sheets[SHEET_KINDS] = {
    [SHEET_LEADS] = "leads",
    [SHEET_TEST] = "test",
};

static const char *const formats[] = {
    [SHEET_CSV] = "csv",
    [SHEET_TSV] = "tsv",
};

int
names_is_day(const char *day)
{
	int number = utc_day_number(day);

	return number >= 0 && number <= UINT16_MAX;
}

const char *
names_sheet(enum sheet_kind kind)
{
	return sheets[kind];
}

struct name
names_segment(const char *day, int number)
{
	struct name n = {.kind = NAME_SEGMENT, .number = number};

	(void)snprintf(n.day, sizeof(n.day), "%s", day);
	return n;
}

struct name
names_part(
    enum sheet_kind kind, const char *day, int number, enum sheet_format format)
{
	struct name n = {.kind = NAME_SHEET,
	    .number = number,
	    .sheet = kind,
	    .format = format};

	(void)snprintf(n.day, sizeof(n.day), "%s", day);
	return n;
}

void
names_write(const struct name *n, char out[static NAMES_SIZE])
{
	const char *new = n->is_new ? ".new" : "";
	char part[16] = "", copy[16] = "";

	/* The first has no number: most days have only that. */
	if (n->number > 1)
		(void)snprintf(part, sizeof(part), "-%d", n->number);
	if (n->kind == NAME_REPLACED)
		(void)snprintf(copy, sizeof(copy), ".%d", n->copy);
	if (n->kind == NAME_SEGMENT)
		(void)snprintf(
		    out, NAMES_SIZE, "%s%s.jsonl%s", n->day, part, new);
	else if (n->kind == NAME_TORN)
		(void)snprintf(
		    out, NAMES_SIZE, "%s.torn-%d%s", n->day, n->number, new);
	else
		(void)snprintf(out, NAMES_SIZE, "%s-%s%s.%s%s%s",
		    sheets[n->sheet], n->day, part, formats[n->format], copy,
		    new);
}

/* Take a fixed text off the front of *s; 1 when it stood there. */
static int
take(const char **s, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*s, text, n) != 0)
		return 0;
	*s += n;
	return 1;
}

/* Take a number; names_read() sees whether it is written as we write it. */
static int
take_number(const char **s, int *out)
{
	char *end;
	long n = strtol(*s, &end, 10);

	if (end == *s || n < 1 || n > NAMES_NUMBER_MAX)
		return 0;
	*s = end;
	*out = (int)n;
	return 1;
}

static int
take_day(const char **s, char out[static UTC_DAY_SIZE])
{
	if (strlen(*s) < UTC_DAY_SIZE - 1)
		return 0;
	memcpy(out, *s, UTC_DAY_SIZE - 1);
	out[UTC_DAY_SIZE - 1] = '\0';
	*s += UTC_DAY_SIZE - 1;
	return names_is_day(out);
}

/* Behind the day of a name in journal/. */
static int
read_journal(const char **s, struct name *n)
{
	if (take(s, ".torn-")) {
		n->kind = NAME_TORN;
		return take_number(s, &n->number);
	}
	n->kind = NAME_SEGMENT;
	n->number = 1;
	return (!take(s, "-") || take_number(s, &n->number)) &&
	       n->number <= NAMES_SEGMENT_MAX && take(s, ".jsonl");
}

/* Behind the day of a name in sheets/ or below it. */
static int
read_sheet(const char **s, struct name *n)
{
	n->kind = NAME_SHEET;
	n->number = 1;
	if ((take(s, "-") && !take_number(s, &n->number)) || !take(s, "."))
		return 0;
	if (take(s, formats[SHEET_TSV]))
		n->format = SHEET_TSV;
	else if (!take(s, formats[SHEET_CSV]))
		return 0;
	if ((*s)[0] == '.' && (*s)[1] >= '1' && (*s)[1] <= '9') {
		++*s;
		n->kind = NAME_REPLACED;
		return take_number(s, &n->copy);
	}
	return 1;
}

int
names_read(const char *text, struct name *n)
{
	char again[NAMES_SIZE];
	const char *s = text;
	int is_sheet = 1;

	memset(n, 0, sizeof(*n));
	if (take(&s, "leads-"))
		n->sheet = SHEET_LEADS;
	else if (take(&s, "test-"))
		n->sheet = SHEET_TEST;
	else
		is_sheet = 0;
	if (!take_day(&s, n->day) ||
	    !(is_sheet ? read_sheet(&s, n) : read_journal(&s, n)))
		return 0;
	n->is_new = take(&s, ".new");
	if (*s != '\0')
		return 0;
	/* "-02", "-1" and the like are read, and would not be written. */
	names_write(n, again);
	return strcmp(text, again) == 0;
}

/* What ends a reader's name in that of a file. */
static const char *const cursor_ends[] = {
    [NAME_CURSOR] = "",
    [NAME_CURSOR_LOCK] = ".lock",
    [NAME_CURSOR_NEW] = ".new",
    [NAME_ATTEMPTS] = ".attempts",
    [NAME_ATTEMPTS_NEW] = ".attempts.new",
};

/* "relay-" and a name of 64. */
#define CURSOR_NAME_MAX 70

/* How long is the reader's name that it begins with; 0 where none does. */
static size_t
cursor_length(const char *s)
{
	size_t n = 0;

	while (islower((unsigned char)s[n]) || isdigit((unsigned char)s[n]) ||
	       (s[n] == '-' && n > 0))
		n++;
	return n <= CURSOR_NAME_MAX ? n : 0;
}

int
names_is_cursor(const char *s)
{
	size_t n = cursor_length(s);

	return n > 0 && s[n] == '\0';
}

void
names_write_cursor(const char *reader, enum name_cursor kind,
    char out[static NAMES_CURSOR_SIZE])
{
	(void)snprintf(out, NAMES_CURSOR_SIZE, "%.*s%s", CURSOR_NAME_MAX,
	    reader, cursor_ends[kind]);
}

int
names_read_cursor(const char *text, enum name_cursor *kind)
{
	size_t n = cursor_length(text);

	if (n == 0)
		return 0;
	for (*kind = NAME_CURSOR; *kind < NAME_ATTEMPTS_NEW; ++*kind)
		if (strcmp(text + n, cursor_ends[*kind]) == 0)
			return 1;
	return strcmp(text + n, cursor_ends[*kind]) == 0;
}
