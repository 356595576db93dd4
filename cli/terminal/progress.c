/* progress: how far long work is; see progress.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utc.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"

#define FIRST (UTC_SECOND / 2)
#define EVERY (UTC_SECOND / 10)
#define BAR   20

void
progress_begin(
    struct progress *p, const char *what, const char *unit, int64_t total)
{
	memset(p, 0, sizeof(*p));
	p->what = what;
	p->unit = unit;
	p->total = total;
	p->on = isatty(STDERR_FILENO);
	p->began = utc_ticks();
	p->drawn = p->began + FIRST - EVERY;
}

const char *
progress_number(int64_t n, char out[static PROGRESS_NUMBER_SIZE])
{
	char digits[PROGRESS_NUMBER_SIZE];
	size_t len, i, to = 0;

	(void)snprintf(digits, sizeof(digits), "%lld", (long long)n);
	len = strlen(digits);
	for (i = 0; i < len && to + 2 < PROGRESS_NUMBER_SIZE; i++) {
		out[to++] = digits[i];
		if (digits[i] != '-' && (len - i) % 3 == 1 && i + 1 < len)
			out[to++] = ',';
	}
	out[to] = '\0';
	return out;
}

const char *
progress_bytes(int64_t n, char out[static PROGRESS_NUMBER_SIZE])
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	double v = (double)n;
	size_t i = 0;

	if (n < 1000) {
		(void)snprintf(
		    out, PROGRESS_NUMBER_SIZE, "%lld B", (long long)n);
		return out;
	}
	for (v /= 1000; v >= 999.5 && i < 3; i++)
		v /= 1000;
	(void)snprintf(out, PROGRESS_NUMBER_SIZE,
	    v < 9.95 ? "%.1f %s" : "%.0f %s", v, units[i]);
	return out;
}

static void
draw(struct progress *p, int64_t now)
{
	char count[PROGRESS_NUMBER_SIZE], speed[PROGRESS_NUMBER_SIZE];
	char bar[BAR + 1], left[32] = "", line[160];
	double seconds = (double)(now - p->began) / 1e6;
	int64_t rest;
	int width = terminal_width(STDERR_FILENO), filled;

	(void)progress_number(p->count, count);
	(void)progress_bytes((int64_t)((double)p->done / seconds), speed);
	if (p->total > 0 && p->done > 0) {
		filled = (int)(p->done * BAR / p->total);
		filled = filled > BAR ? BAR : filled;
		memset(bar, '.', BAR);
		memset(bar, '#', (size_t)filled);
		bar[BAR] = '\0';
		rest = (int64_t)(seconds * (double)(p->total - p->done) /
				 (double)p->done);
		rest = rest < 0 ? 0 : rest;
		(void)snprintf(left, sizeof(left), "  %d:%02d left",
		    (int)(rest / 60), (int)(rest % 60));
		(void)snprintf(line, sizeof(line),
		    "%s %3d%% [%s] %s %s  %s/s%s", p->what,
		    (int)(p->done * 100 / p->total), bar, count, p->unit, speed,
		    left);
	} else {
		(void)snprintf(line, sizeof(line), "%s  %s %s  %s/s", p->what,
		    count, p->unit, speed);
	}
	/* One column stays free: some terminals go on to the next line. */
	(void)fprintf(stderr, "\r%.*s\033[K", width - 1, line);
	(void)fflush(stderr);
}

void
progress_add(struct progress *p, int64_t bytes, int64_t count)
{
	int64_t now;

	p->done += bytes;
	p->count += count;
	if (!p->on || (now = utc_ticks()) - p->drawn < EVERY)
		return;
	p->drawn = now;
	draw(p, now);
}

void
progress_clear(struct progress *p)
{
	if (p->on && p->drawn > p->began + FIRST - EVERY)
		(void)fprintf(stderr, "\r\033[K");
}

void
progress_end(struct progress *p)
{
	progress_clear(p);
	p->on = 0;
}
