/* help: what --help prints; see help.h. */
#include <string.h>

#include "cli/help.h"
#include "cli/terminal/terminal.h"

#define FLAG_WIDTH    25 /* columns before what an option is for */
#define COMMAND_WIDTH 13
#define NARROW        50 /* here each begins a line of its own */
#define WIDEST        80 /* longer lines are hard to read */

static int
width_of(FILE *out)
{
	int width = terminal_width(fileno(out));

	return width < WIDEST ? width : WIDEST;
}

/* Words, the first of which stands at the line's beginning. */
static void
say(FILE *out, const char *text)
{
	terminal_wrap(out, text, 0, width_of(out));
	(void)fputc('\n', out);
}

/* What it is for, beside a name of so many columns that has been printed. */
static void
say_beside(FILE *out, int used, int indent, const char *text)
{
	int width = width_of(out);

	if (width < NARROW)
		indent = 6;
	if (width < NARROW || used >= indent)
		(void)fprintf(out, "\n%*s", indent, "");
	else
		(void)fprintf(out, "%*s", indent - used, "");
	terminal_wrap(out, text, indent, width);
	(void)fputc('\n', out);
}

static void
say_flags(FILE *out, const struct flag *f)
{
	char left[64];
	int n;

	for (; f->name != NULL; f++) {
		n = f->letter == 0
		        ? 0
		        : snprintf(left, sizeof(left), "-%c, ", f->letter);
		(void)snprintf(left + n, sizeof(left) - (size_t)n, "--%s%s%s",
		    f->name, f->value == NULL ? "" : " ",
		    f->value == NULL ? "" : f->value);
		say_beside(
		    out, fprintf(out, "  %s", left), FLAG_WIDTH, f->help);
	}
}

void
help_all(FILE *out, const struct command *commands, const struct flag *global)
{
	const struct command *c;

	say(out, "usage: leadsheet [--home DIR] COMMAND ...");
	(void)fputc('\n', out);
	say(out, "Looks after what leadsheet.fcgi keeps: the leads of "
		 "LikesToLeads' webhooks, as spreadsheets.");
	(void)fputc('\n', out);
	for (c = commands; c->name != NULL; c++) {
		if (c->summary == NULL)
			continue;
		(void)fprintf(out, "  %s%s%s", terminal_style(out, STYLE_BOLD),
		    c->name, terminal_style(out, STYLE_PLAIN));
		say_beside(
		    out, 2 + (int)strlen(c->name), COMMAND_WIDTH, c->summary);
	}
	(void)fputs("\nFor each of them:\n", out);
	say_flags(out, global);
	(void)fputc('\n', out);
	say(out, "example: leadsheet --home ~/leads init");
	say(out, "\"leadsheet COMMAND --help\" says more, and so does "
		 "leadsheet(1).");
}

void
help_command(FILE *out, const struct command *c, const struct flag *global)
{
	char text[512];

	(void)snprintf(text, sizeof(text), "usage: leadsheet %s%s%s%s", c->name,
	    c->flags[0].name == NULL ? "" : " [OPTION]...",
	    c->arguments[0] == '\0' ? "" : " ", c->arguments);
	say(out, text);
	(void)fputc('\n', out);
	if (c->summary != NULL) {
		(void)snprintf(text, sizeof(text), "%c%s.",
		    c->summary[0] - 'a' + 'A', c->summary + 1);
		say(out, text);
	}
	if (c->about[0] != '\0')
		say(out, c->about);
	(void)fputc('\n', out);
	say_flags(out, c->flags);
	say_flags(out, global);
	/* A command is to be copied in one piece. */
	(void)fprintf(out, "\nexample: %s\n", c->example);
}
