/* whom: who is meant; see whom.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/commands/whom.h"
#include "cli/people/found.h"
#include "config/remedy.h"

#define LIST_MAX 20 /* that are listed */

/* Who it may be. */
struct whom {
	const char *text;
	struct bytes cells; /* of each that has a urn, a NUL behind each cell */
	size_t n;
	size_t lone;  /* leads that have none */
	int is_a_urn; /* the text is someone's */
};

static int
take(void *whom, const char *const cells[FOUND_CELLS], struct fault *f)
{
	struct whom *w = whom;
	size_t i;

	if (cells[FOUND_URN][0] == '\0') {
		w->lone++;
		return 0;
	}
	w->is_a_urn |= strcmp(cells[FOUND_URN], w->text) == 0;
	for (i = 0; i < FOUND_CELLS; i++)
		bytes_add(&w->cells, cells[i], strlen(cells[i]) + 1);
	w->n++;
	return bytes_check(&w->cells, f);
}

/* The cells of the one with that number, from 0 on. */
static void
get(const struct whom *w, size_t number, const char *cells[FOUND_CELLS])
{
	const char *at = w->cells.data;
	size_t i, k;

	for (k = 0; k <= number; k++)
		for (i = 0; i < FOUND_CELLS; i++) {
			cells[i] = at;
			at += strlen(at) + 1;
		}
}

/* A text without what a terminal would do, or a message take for a command. */
static void
add_text(struct bytes *b, const char *s)
{
	size_t n = strlen(s), i, step;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, NULL);
		if (text_is_control(c))
			bytes_addc(b, ' ');
		else if (c == '"')
			bytes_addc(b, '\'');
		else
			bytes_add(b, s + i, step);
	}
}

/* Who that is, in words. */
static void
describe(struct bytes *b, const char *const cells[FOUND_CELLS])
{
	static const int told[] = {FOUND_JOB, FOUND_COMPANY, FOUND_URL};
	size_t i;

	add_text(
	    b, cells[FOUND_NAME][0] == '\0' ? "(no name)" : cells[FOUND_NAME]);
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (cells[told[i]][0] != '\0') {
			bytes_adds(b, ", ");
			add_text(b, cells[told[i]]);
		}
	bytes_printf(b, ", last seen %.10s", cells[FOUND_LAST]);
}

/* Can a shell be given it in a message's quotes? */
static int
can_be_pasted(const char *urn)
{
	size_t n = strlen(urn), i, step;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(urn + i, n - i, &c, NULL);
		if (text_is_control(c) || c == '"' || c == 0xfffd)
			return 0;
	}
	return urn[0] != '-';
}

/* A line of the list: with a number to type, or a command to paste. */
static void
print_one(const struct cli *cli, const struct whom *w, size_t i, int asks)
{
	const char *cells[FOUND_CELLS];
	struct bytes who = {0}, urn = {0};

	get(w, i, cells);
	describe(&who, cells);
	bytes_addc(&who, '\0');
	if (can_be_pasted(cells[FOUND_URN]))
		remedy_word(&urn, cells[FOUND_URN], strlen(cells[FOUND_URN]));
	else
		text_logfmt(&urn, cells[FOUND_URN], strlen(cells[FOUND_URN]));
	bytes_addc(&urn, '\0');
	if (asks)
		(void)fprintf(stderr, "%4zu  ", i + 1);
	else
		(void)fputs("  ", stderr);
	if (who.failed || urn.failed)
		(void)fputs("out of memory", stderr);
	else if (asks || !can_be_pasted(cells[FOUND_URN]))
		cli_print(cli, stderr, asks ? 6 : 2, "%s, urn %s", who.data,
		    urn.data);
	else if (cli_option(cli, "dry-run") != NULL)
		cli_print(cli, stderr, 2,
		    "%s: \"leadsheet forget --dry-run %s\"", who.data,
		    urn.data);
	else
		cli_print(cli, stderr, 2, "%s: \"leadsheet forget %s\"",
		    who.data, urn.data);
	(void)fputc('\n', stderr);
	bytes_free(&who);
	bytes_free(&urn);
}

static void
print_all(const struct cli *cli, const struct whom *w, int asks)
{
	size_t i;

	for (i = 0; i < w->n && i < LIST_MAX; i++)
		print_one(cli, w, i, asks);
	if (w->n > LIST_MAX)
		(void)fprintf(stderr, "  and %zu more\n", w->n - LIST_MAX);
}

/* The number that a person types, from 1 on; 0 where it is none of these. */
static size_t
ask(const struct whom *w)
{
	size_t most = w->n < LIST_MAX ? w->n : LIST_MAX;
	char line[64], *end;
	unsigned long n;

	(void)fflush(stdout);
	(void)fprintf(stderr, "Which one? [1-%zu, or Enter for none] ", most);
	if (fgets(line, sizeof(line), stdin) == NULL) {
		(void)fputc('\n', stderr);
		return 0;
	}
	n = strtoul(line, &end, 10);
	return end == line || *end != '\n' || n > most ? 0 : (size_t)n;
}

/* Which of several; EX_OK with *number, from 1 on, or 0 for nobody. */
static int
pick(const struct cli *cli, const struct whom *w, size_t *number)
{
	int asks = isatty(STDIN_FILENO);

	*number = 0;
	(void)cli_fail(cli, EX_USAGE, "this fits %zu people:", w->n);
	print_all(cli, w, asks);
	if (!asks)
		return cli_fail(cli, EX_USAGE,
		    "nothing is changed; run the command of the one you mean");
	*number = ask(w);
	return *number > 0 ? EX_OK : cli_fail(cli, EX_OK, "nothing is changed");
}

/* It is none of those whom a urn tells apart. */
static int
complain_lone(const struct cli *cli, const struct whom *w)
{
	return cli_fail(cli, EX_DATAERR,
	    "%zu lead%s of that name or URL ha%s no urn, and without one can't "
	    "be told from those of others; %s go%s with the day: \"leadsheet "
	    "prune --help\"",
	    w->lone, w->lone == 1 ? "" : "s", w->lone == 1 ? "s" : "ve",
	    w->lone == 1 ? "it" : "they", w->lone == 1 ? "es" : "");
}

/* It isn't by the urn: say who is meant. */
static void
tell(const struct cli *cli, const struct whom *w,
    const char *const cells[FOUND_CELLS])
{
	struct bytes who = {0};

	describe(&who, cells);
	bytes_adds(&who, ", urn ");
	add_text(&who, cells[FOUND_URN]);
	bytes_addc(&who, '\0');
	if (!who.failed)
		(void)cli_fail(cli, EX_OK, "that is %s", who.data);
	if (w->lone > 0)
		(void)cli_fail(cli, EX_OK,
		    "%zu more lead%s of that name or URL ha%s no urn, and "
		    "stay%s: whose %s, nobody can tell",
		    w->lone, w->lone == 1 ? "" : "s", w->lone == 1 ? "s" : "ve",
		    w->lone == 1 ? "s" : "",
		    w->lone == 1 ? "it is" : "they are");
	bytes_free(&who);
}

static int
choose(const struct cli *cli, const struct whom *w, struct bytes *urn)
{
	const char *cells[FOUND_CELLS] = {[FOUND_URN] = w->text};
	size_t number = 1;
	int rc = EX_OK;

	if (w->n == 0 && w->lone > 0)
		return complain_lone(cli, w);
	if (w->n > 0 && !w->is_a_urn) {
		if (w->n > 1)
			rc = pick(cli, w, &number);
		if (rc != EX_OK || number == 0)
			return rc;
		get(w, number - 1, cells);
		tell(cli, w, cells);
	}
	/* As it is to stand in a file of urns, a line each. */
	if (strchr(cells[FOUND_URN], '\n') != NULL)
		return cli_fail(cli, EX_DATAERR,
		    "nobody whose urn has a line's end in it can be erased "
		    "alone; the lead goes with its day: \"leadsheet prune "
		    "--help\"");
	bytes_add(urn, cells[FOUND_URN], strlen(cells[FOUND_URN]) + 1);
	return EX_OK;
}

/* A part of a urn may be another's whole one, who is erased already. */
static int
count_part(void *whom, const char *const cells[FOUND_CELLS], struct fault *f)
{
	struct whom *w = whom;

	(void)f;
	w->n += strstr(cells[FOUND_URN], w->text) == NULL;
	return 0;
}

/* Nobody is it; is it a part of what tells someone?  Then it is no urn. */
static int
check_part(struct cli *cli, const char *text)
{
	const struct seek seek = {text, strlen(text), 0};
	struct bytes word = {0};
	struct whom w = {.text = text};
	struct found found = {.take = count_part, .context = &w};
	int rc = found_people(&found, cli, &seek);

	if (rc == EX_OK && w.n > 0) {
		remedy_word(&word, text, strlen(text));
		bytes_addc(&word, '\0');
		rc = cli_fail(cli, EX_USAGE,
		    "that is only a part of a name, company or URL; "
		    "\"leadsheet find %s\" shows whose, and say the urn",
		    word.failed ? "TEXT" : word.data);
	}
	bytes_free(&word);
	return rc;
}

int
whom_find(struct cli *cli, const char *text, struct bytes *urn)
{
	const struct seek seek = {text, strlen(text), 1};
	struct whom w = {.text = text};
	struct found found = {.take = take, .context = &w};
	struct fault f = {0};
	int rc;

	if (text[0] == '\0' || strchr(text, '\n') != NULL)
		return cli_fail(cli, EX_USAGE,
		    "the name is empty, or has a line's end in it; say a urn, "
		    "a "
		    "profile's URL or a whole name");
	rc = found_people(&found, cli, &seek);
	if (rc == EX_OK && w.n == 0 && w.lone == 0)
		rc = check_part(cli, text);
	if (rc == EX_OK)
		rc = choose(cli, &w, urn);
	if (rc == EX_OK && bytes_check(urn, &f) == -1)
		rc = cli_fault(cli, &f);
	bytes_free(&w.cells);
	return rc;
}
