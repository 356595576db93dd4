/* personname: a person's name, split; see personname.h. */
#include <stdint.h>

#include "base/text.h"
#include "profile/personname.h"

/* A blank at which no line may be broken. */
static int
is_held(uint32_t c)
{
	return c == 0xa0 || c == 0x2007 || c == 0x202f;
}

/* Unicode's White_Space, and what stands as a blank in a cell (csv.h). */
static int
is_blank(uint32_t c)
{
	return c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || (c >= 0x2028 && c <= 0x202f) ||
	       c == 0x205f || (c >= 0x2066 && c <= 0x2069) || c == 0x3000;
}

/*
 * Is it of a script that is written from right to left?  These are the blocks
 * of which Unicode's DerivedBidiClass.txt says so: Hebrew, Arabic, Syriac,
 * Thaana, N'Ko and others, their presentation forms, and those beyond U+10800
 * and U+1E800, such as Hanifi Rohingya and Adlam.
 */
static int
is_from_right(uint32_t c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
	       (c >= 0xfe70 && c <= 0xfefe) || (c >= 0x10800 && c <= 0x10fff) ||
	       (c >= 0x1e800 && c <= 0x1efff);
}

/* A place where a name can be split: around some blanks. */
struct gap {
	size_t from, to;
};

/* What is known of a name, once one has gone through it. */
struct walk {
	size_t from, to; /* it without the blanks at its ends */
	struct gap last; /* that has a blank at which a line may be broken */
	struct gap held; /* the last that has none */
	int from_right;
};

static void
go_through(struct walk *w, const char *s, size_t n)
{
	struct gap gap = {0, 0};
	size_t i, step;
	int begun = 0, breaks = 0;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, NULL);
		if (is_blank(c)) {
			breaks |= !is_held(c);
			continue;
		}
		gap.to = i;
		if (!begun)
			w->from = i;
		else if (gap.to > gap.from && breaks)
			w->last = gap;
		else if (gap.to > gap.from)
			w->held = gap;
		begun = 1;
		breaks = 0;
		w->to = gap.from = i + step;
		w->from_right |= is_from_right(c);
	}
}

void
personname_split(struct personname *p, const char *name, size_t n)
{
	struct walk w = {.to = 0};
	const struct gap *at;

	if (n > 0)
		go_through(&w, name, n);
	at = w.last.to > 0 ? &w.last : &w.held;
	p->first = p->last = n == 0 ? "" : name + w.from;
	p->first_len = 0;
	p->last_len = w.to - w.from;
	if (w.from_right || at->to == 0)
		return;
	p->first_len = at->from - w.from;
	p->last = name + at->to;
	p->last_len = w.to - at->to;
}

int
personname_is_blank(const char *s, size_t n)
{
	uint32_t c = ' ';
	size_t i;

	/* Most text says so with its first character. */
	for (i = 0; i < n && is_blank(c);)
		i += text_next(s + i, n - i, &c, NULL);
	return is_blank(c);
}
