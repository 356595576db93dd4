/* wording: the words of a digest; see wording.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utc.h"
#include "cli/digest/wording.h"
#include "cli/terminal/progress.h"

#define ELLIPSIS "\xe2\x80\xa6"

/*
 * So many concerns a mail tells, and so many bytes of them, of which a letter
 * that is no ASCII takes more on its way.
 */
#define CONCERNS_MOST  8
#define CONCERNS_BYTES 3000

/* Bytes that are no UTF-8, and what is no character. */
static int
is_no_text(uint32_t c, int valid)
{
	return !valid || (c >= 0xfdd0 && c <= 0xfdef) ||
	       (c & 0xfffe) == 0xfffe || c == 0xfeff;
}

/* Is it shown as a blank? */
static int
is_blank(uint32_t c)
{
	return c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x2028 ||
	       c == 0x2029;
}

void
wording_add(struct bytes *b, const char *s, size_t n, size_t most)
{
	size_t i, step, count = 0;
	int blank = 0, valid;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, &valid);
		if (is_no_text(c, valid) ||
		    (text_is_control(c) && !is_blank(c)))
			continue;
		if (is_blank(c)) {
			blank = count > 0;
			continue;
		}
		if (count + (size_t)blank >= most) {
			bytes_adds(b, ELLIPSIS);
			return;
		}
		if (blank)
			bytes_addc(b, ' ');
		count += 1 + (size_t)blank;
		blank = 0;
		bytes_add(b, s + i, step);
	}
}

char *
wording_take(struct bytes *b)
{
	char *text = NULL;

	bytes_addc(b, '\0');
	if (b->failed)
		bytes_free(b);
	else
		text = b->data;
	memset(b, 0, sizeof(*b));
	return text;
}

char *
wording_text(const char *s, size_t n, size_t most)
{
	struct bytes b = {0};

	wording_add(&b, s, n, most);
	return wording_take(&b);
}

void
wording_count(struct bytes *b, int64_t n, const char *one, const char *many)
{
	char number[PROGRESS_NUMBER_SIZE];

	bytes_printf(
	    b, "%s %s", progress_number(n, number), n == 1 ? one : many);
}

void
wording_leads(struct bytes *b, const struct digest *d)
{
	if (d->leads == 0)
		bytes_adds(b, "No new leads");
	else
		wording_count(b, d->leads, "new lead", "new leads");
}

/* "today 08:12", "Friday 27 November 08:12". */
static void
add_time(struct bytes *b, int64_t time, int64_t now, int with_weekday)
{
	static const char *const months[] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};
	static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday",
	    "Thursday", "Friday", "Saturday", "Sunday"};
	char at[UTC_LOCAL_SIZE], day[UTC_DAY_SIZE], today[UTC_DAY_SIZE];
	int ago;

	utc_local(time, at);
	utc_day(time, day);
	utc_day(now, today);
	ago = utc_day_number(today) - utc_day_number(day);
	if (ago == 0 || ago == 1) {
		bytes_adds(b, ago == 0 ? "today" : "yesterday");
	} else {
		/* 1970 began on Thursday. */
		if (with_weekday)
			bytes_printf(
			    b, "%s ", weekdays[(utc_day_number(day) + 3) % 7]);
		bytes_printf(
		    b, "%d %s", atoi(day + 8), months[atoi(day + 5) - 1]);
		if (strncmp(day, today, 4) != 0)
			bytes_printf(b, " %.4s", day);
	}
	bytes_printf(b, " %.5s", at + UTC_DAY_SIZE);
}

void
wording_since(struct bytes *b, const struct digest *d)
{
	if (d->since == 0) {
		bytes_adds(b, "yesterday and today");
		return;
	}
	bytes_adds(b, "since ");
	add_time(b, d->since, d->now, 1);
}

/* A list of counts: commas between them, and "and" before the last. */
struct counts {
	int64_t n;
	const char *one, *many;
};

static void
add_counts(struct bytes *b, const struct counts *list, size_t n)
{
	size_t i, all = 0, nth = 0;

	for (i = 0; i < n; i++)
		all += list[i].n > 0;
	for (i = 0; i < n; i++) {
		if (list[i].n == 0)
			continue;
		if (nth++ > 0)
			bytes_adds(b, nth == all ? " and " : ", ");
		wording_count(b, list[i].n, list[i].one, list[i].many);
	}
}

void
wording_deeds(struct bytes *b, const struct digest *d)
{
	const struct counts counts[] = {
	    {d->deeds[DIGEST_COMMENT], "comment", "comments"},
	    {d->deeds[DIGEST_REACTION], "reaction", "reactions"},
	    {d->deeds[DIGEST_REPOST], "repost", "reposts"},
	    {d->deeds[DIGEST_OTHER], "other", "others"}};

	add_counts(b, counts, sizeof(counts) / sizeof(counts[0]));
	if (d->npeople > 0 && (int64_t)d->npeople < d->leads &&
	    wording_rest(d, d->npeople) == 0) {
		bytes_adds(b, ", from ");
		wording_count(b, (int64_t)d->npeople, "person", "people");
	}
}

/* What came beside leads, and was kept. */
static void
add_others(struct bytes *b, const struct digest *d)
{
	struct counts counts[] = {{0, "test", "tests"},
	    {0, "delivery of another event", "deliveries of other events"},
	    {0, "delivery that could not be read",
		"deliveries that could not be read"}};
	size_t i;

	for (i = 0; i < d->nendpoints; i++) {
		counts[0].n += d->endpoints[i].tests;
		counts[1].n += d->endpoints[i].others;
		counts[2].n += d->endpoints[i].unreadable;
	}
	if (counts[0].n + counts[1].n + counts[2].n == 0)
		return;
	bytes_adds(b, "Also came: ");
	add_counts(b, counts, sizeof(counts) / sizeof(counts[0]));
	bytes_adds(b, ". ");
}

void
wording_remarks(struct bytes *b, const struct digest *d)
{
	add_others(b, d);
	if (d->leads == 0 && d->newest == 0)
		bytes_adds(b, "No delivery has come yet. ");
	if (d->leads == 0 && d->newest != 0) {
		bytes_adds(b, "The last delivery: ");
		add_time(b, d->newest, d->now, 1);
		bytes_adds(b, d->nconcerns == 0 ? ". All is well. " : ". ");
	}
	if (d->since == 0 && d->newest != 0)
		bytes_adds(b, "This is the first mail: what came before "
			      "yesterday isn't in it. ");
	if (!b->failed && b->len > 0)
		b->len--;
}

const char *
wording_deed(const struct digest_person *p)
{
	/* As LikesToLeads calls it, and as LinkedIn shows it. */
	static const struct {
		const char *word, *shown;
	} words[] = {{"LIKE", "Like"}, {"PRAISE", "Celebrate"},
	    {"EMPATHY", "Love"}, {"INTEREST", "Insightful"},
	    {"APPRECIATION", "Support"}, {"ENTERTAINMENT", "Funny"},
	    {"comment", "Comment"}, {"repost", "Repost"}, {"", "Engagement"}};
	size_t i;

	if (p->deed == DIGEST_REACTION && p->reaction[0] == '\0')
		return "Reaction";
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(p->reaction, words[i].word) == 0)
			return words[i].shown;
	return p->reaction;
}

void
wording_when(
    struct bytes *b, const struct digest *d, const struct digest_person *p)
{
	add_time(b, p->received, d->now, 0);
	if (d->nendpoints > 1)
		bytes_printf(b, ", at %s", p->endpoint);
	if (p->times > 1) {
		bytes_adds(b, ", ");
		wording_count(b, p->times, "lead", "leads in all");
	}
}

int64_t
wording_rest(const struct digest *d, size_t people)
{
	int64_t rest = d->leads;
	size_t i;

	for (i = 0; i < people && i < d->npeople; i++)
		rest -= d->people[i].times;
	return rest;
}

size_t
wording_concerns(const struct digest *d)
{
	size_t i, bytes = 0;
	const char *p;

	for (i = 0; i < d->nconcerns && i < CONCERNS_MOST; i++) {
		for (p = d->concerns[i].text; *p != '\0'; p++)
			bytes += (unsigned char)*p < 0x80 ? 1 : 3;
		if (i > 0 && bytes > CONCERNS_BYTES)
			break;
	}
	return i;
}

int64_t
wording_signals_rest(const struct digest *d)
{
	int64_t rest = d->unsorted;
	size_t i;

	for (i = WORDING_SIGNALS; i < d->nsignals; i++)
		rest += d->signals[i].leads;
	return rest;
}

int64_t
wording_endpoints_rest(const struct digest *d)
{
	int64_t rest = 0;
	size_t i;

	for (i = WORDING_ENDPOINTS; i < d->nendpoints; i++)
		rest += d->endpoints[i].leads;
	return rest;
}
