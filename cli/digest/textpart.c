/* parts: a digest as text; see parts.h. */
#include <string.h>

#include "base/text.h"
#include "cli/digest/parts.h"
#include "cli/digest/wording.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"

#define COLUMNS 72

void
parts_subject(const struct digest *d, struct bytes *out)
{
	wording_leads(out, d);
	if (d->nendpoints == 1 && strcmp(d->endpoints[0].name, "main") != 0)
		bytes_printf(out, " at %s", d->endpoints[0].name);
	if (d->nacts > 0)
		bytes_adds(out, "; something needs a hand");
}

/*
 * How much of the text goes into so many columns: a word or, where even one
 * alone would be too long, a part of it.  A command, in quotes, is one word,
 * which isn't cut, as it is to be copied.
 */
static size_t
piece(const char *text, int room, int has_commands)
{
	size_t n = strcspn(text, " \""), step;
	const char *end;
	uint32_t c;

	if (has_commands && text[n] == '"' &&
	    (end = strchr(text + n + 1, '"')) != NULL)
		return (size_t)(end - text) + 1 + strcspn(end + 1, " ");
	n = strcspn(text, " ");
	if (terminal_columns(text, n) <= room)
		return n;
	for (n = 0; text[n] != '\0'; n += step) {
		step = text_next(text + n, strlen(text + n), &c, NULL);
		if (n > 0 && terminal_columns(text, n + step) > room)
			break;
	}
	return n;
}

/* A text in lines that begin with so many blanks, the first behind a mark. */
static void
wrap_any(struct bytes *b, const char *mark, int indent, const char *text,
    int has_commands)
{
	int used = 0, room = COLUMNS - indent, columns, glued = 1;
	size_t n;

	bytes_printf(b, "%-*s", indent, mark);
	for (; *text != '\0'; text += n) {
		n = piece(text, room, has_commands);
		columns = terminal_columns(text, n);
		if (used > 0 && used + !glued + columns > room) {
			bytes_printf(b, "\n%*s", indent, "");
			used = 0;
		} else if (!glued) {
			bytes_addc(b, ' ');
			used++;
		}
		bytes_add(b, text, n);
		used += columns;
		glued = text[n] != ' ';
		n += strspn(text + n, " ");
	}
	bytes_addc(b, '\n');
}

static void
wrap(struct bytes *b, const char *mark, int indent, const char *text)
{
	wrap_any(b, mark, indent, text, 0);
}

/* The same of our own words, made in a buffer, which is empty after. */
static void
wrap_made(struct bytes *b, struct bytes *made, const char *mark, int indent)
{
	bytes_addc(made, '\0');
	if (made->failed)
		b->failed = 1;
	else
		wrap_any(b, mark, indent, made->data, mark[0] != '\0');
	bytes_reset(made);
}

static void
heading(struct bytes *b, const char *text)
{
	size_t i;

	bytes_printf(b, "\n\n%s\n", text);
	for (i = 0; i < strlen(text); i++)
		bytes_addc(b, '-');
	bytes_addc(b, '\n');
}

static void
write_summary(struct bytes *b, const struct digest *d)
{
	struct bytes line = {0};

	wording_leads(&line, d);
	bytes_addc(&line, ' ');
	wording_since(&line, d);
	bytes_addc(&line, d->leads > 0 ? ':' : '.');
	if (d->leads > 0) {
		bytes_addc(&line, ' ');
		wording_deeds(&line, d);
		bytes_addc(&line, '.');
	}
	wrap_made(b, &line, "", 0);
	wording_remarks(&line, d);
	if (line.len > 0)
		wrap_made(b, &line, "", 0);
	bytes_free(&line);
}

static void
write_concerns(struct bytes *b, const struct digest *d)
{
	size_t i, n = wording_concerns(d);
	struct bytes line = {0};

	for (i = 0; i < n; i++) {
		if (i == 0 || d->concerns[i].act != d->concerns[i - 1].act)
			heading(b, d->concerns[i].act ? "Needs a hand"
						      : "Good to know");
		wrap_any(b, "*", 2, d->concerns[i].text, 1);
	}
	if (n < d->nconcerns) {
		bytes_printf(
		    &line, "And %zu more; %s", d->nconcerns - n, d->status);
		wrap_made(b, &line, "*", 2);
	}
	bytes_free(&line);
}

static void
write_person(
    struct bytes *b, const struct digest *d, const struct digest_person *p)
{
	struct bytes line = {0};

	bytes_addc(b, '\n');
	wrap(b, "", 0, p->name[0] == '\0' ? "Someone without a name" : p->name);
	if (p->work[0] != '\0')
		wrap(b, "", 2, p->work);
	bytes_adds(&line, wording_deed(p));
	if (p->signal[0] != '\0')
		bytes_printf(&line, " on a post by %s", p->signal);
	bytes_adds(&line, ", ");
	wording_when(&line, d, p);
	wrap_made(b, &line, "", 2);
	if (p->comment[0] != '\0')
		wrap(b, "  >", 4, p->comment);
	if (p->url[0] != '\0')
		bytes_printf(b, "  %s\n", p->url);
	bytes_free(&line);
}

static void
write_people(struct bytes *b, const struct digest *d, size_t people)
{
	int64_t rest = wording_rest(d, people);
	size_t i;

	for (i = 0; i < people && i < d->npeople; i++) {
		if (i == 0 || (d->people[i].deed == DIGEST_COMMENT) !=
				  (d->people[i - 1].deed == DIGEST_COMMENT))
			heading(b, d->people[i].deed == DIGEST_COMMENT
				       ? "Who commented"
				       : "Who reacted");
		write_person(b, d, &d->people[i]);
	}
	if (rest > 0 && i > 0) {
		bytes_adds(b, "\nAnd ");
		wording_count(
		    b, rest, "lead of others.\n", "leads of others.\n");
	}
}

/* Numbers below each other, and what they are of. */
static void
write_count(struct bytes *b, int64_t n, const char *name)
{
	char number[PROGRESS_NUMBER_SIZE], mark[PROGRESS_NUMBER_SIZE + 8];

	(void)snprintf(mark, sizeof(mark), "%6s  ", progress_number(n, number));
	wrap(b, mark, 8, name);
}

static void
write_sources(struct bytes *b, const struct digest *d)
{
	int64_t rest = wording_signals_rest(d);
	size_t i;

	if (d->nsignals > 0)
		heading(b, "By signal");
	for (i = 0; i < d->nsignals && i < WORDING_SIGNALS; i++)
		write_count(b, d->signals[i].leads,
		    d->signals[i].name[0] == '\0' ? "no signal"
						  : d->signals[i].name);
	if (rest > 0)
		write_count(b, rest, "other signals");
	if (d->nendpoints > 1)
		heading(b, "By endpoint");
	for (i = 0; i < d->nendpoints && i < WORDING_ENDPOINTS; i++)
		if (d->nendpoints > 1)
			write_count(
			    b, d->endpoints[i].leads, d->endpoints[i].name);
	if (d->nendpoints > WORDING_ENDPOINTS)
		write_count(b, wording_endpoints_rest(d), "other endpoints");
}

void
parts_text(const struct digest *d, size_t people, struct bytes *out)
{
	struct bytes line = {0};

	write_summary(out, d);
	write_concerns(out, d);
	if (d->names)
		write_people(out, d, people);
	write_sources(out, d);
	if (d->page[0] != '\0')
		bytes_printf(out, "\n\nAll leads are here:\n%s\n", d->page);
	bytes_adds(out, "\n-- \n");
	bytes_printf(&line,
	    "leadsheet%s%s, once a day, also when nothing came.",
	    d->site[0] == '\0' ? "" : " on ", d->site);
	wrap_made(out, &line, "", 0);
	bytes_free(&line);
}
