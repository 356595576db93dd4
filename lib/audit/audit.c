/* audit: is an endpoint's store what its journal makes?  See audit.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/lock.h"
#include "config/retired.h"
#include "journal/cursor.h"
#include "journal/segments.h"
#include "audit/audit.h"
#include "audit/auditindex.h"
#include "audit/auditsheets.h"

#define TAKE_INDEX_AWAY                                                        \
	"delete the file index; the next delivery makes it anew from the "     \
	"journal"

/* Who writes holds the lock so long at most; in microseconds. */
#define PATIENCE (5 * UTC_SECOND)

/* One segment, and what its reading found. */
struct reading {
	const struct segment *segment;
	struct appendfile *file;
	int64_t size;      /* of the file when its reading began */
	int64_t end;       /* of its last whole line that may count */
	int64_t bad_lines; /* that don't count, and should */
	int64_t first_bad; /* offset of the first of them */
};

void
audit_open(struct audit *a, const struct endpoint *e,
    const struct settings *settings, const struct boot *boot)
{
	struct fault f = {0}, ignored = {0};
	char path[PATH_MAX];

	a->name = e->name;
	a->zone = settings->shape.timezone;
	a->boot = boot;
	a->retired = retired_when(e, NULL);
	endpoint_path(e, a->journal, "journal");
	endpoint_path(e, a->sheets, "sheets");
	endpoint_path(e, a->lock, "lock");
	endpoint_path(e, path, "index");
	a->index = index_view(path, &f);
	if (a->index != NULL) {
		auditindex_begin(a);
		return;
	}
	/* The sheets want to know which day is written. */
	if (control_view(&a->control, a->lock, NULL, &ignored) == -1)
		fault_clear(&ignored);
	if (f.err == ENOENT && audit_size(a) == 0)
		return;
	if (f.err == ENOENT)
		finding_say(a, AUDIT_NOTE, "",
		    "there is no index; the next delivery makes it from the "
		    "journal");
	else if (f.kind == FAULT_DAMAGED)
		finding_say(a, AUDIT_WRONG, TAKE_INDEX_AWAY,
		    "the index can't be used: %.300s", f.text);
	else
		finding_say(a, AUDIT_NOTE, "",
		    "the index can't be looked at just now: %.300s", f.text);
}

int64_t
audit_size(const struct audit *a)
{
	return 2 * segments_total(a->journal);
}

/* Does a secret that is kept make this signature? */
static int
check_signature(struct audit *a, const struct place *p, const struct record *r,
    struct fault *f)
{
	char ignored[SIGNATURE_SIZE];
	int rc;

	if (a->secrets == NULL || r->body == NULL)
		return 0;
	rc = signature_verify(
	    a->secrets, r->signature, r->body, r->body_len, ignored, f);
	if (rc == 0)
		finding_count(r->received < a->retired ? &a->retired_records
						       : &a->unsigned_records,
		    p->day);
	return rc == -1 ? -1 : 0;
}

static int
check_record(struct audit *a, const struct place *p, const struct record *r,
    struct fault *f)
{
	if (r->kind >= RECORD_SHEET)
		return 0;
	a->records++;
	if (check_signature(a, p, r, f) == -1)
		return -1;
	return auditindex_check(a, p, r, f);
}

static int
read_lines(struct audit *a, struct reading *g, struct fault *f)
{
	struct place from = {.segment = g->segment->number};
	struct cursor c = {0};
	enum cursor_result next;
	struct record r;
	int64_t before = 0;
	int rc = 0;

	memcpy(from.day, g->segment->day, sizeof(from.day));
	cursor_file(&c, g->file, &from, g->segment->counts);
	while (rc == 0 && !a->stopped &&
	       (next = cursor_next(&c, &r, f)) != CURSOR_END) {
		if (next == CURSOR_FAILED)
			rc = -1;
		else if (next == CURSOR_RECORD)
			rc = check_record(a, &c.place, &r, f);
		else if (g->bad_lines++ == 0)
			g->first_bad = c.place.offset;
		if (rc == 0 &&
		    a->step(a->context, c.next - before,
			next == CURSOR_RECORD && r.kind < RECORD_SHEET) != 0)
			a->stopped = 1;
		before = c.next;
	}
	g->end = c.next;
	cursor_free(&c);
	return rc;
}

static void
judge_segment(const struct audit *a, const struct reading *g)
{
	struct name n = names_segment(g->segment->day, g->segment->number);
	char name[NAMES_SIZE];

	names_write(&n, name);
	if (g->segment->counts != INT64_MAX)
		finding_say(a, AUDIT_NOTE, "",
		    "writing journal/%s to the disk failed once, so of it only "
		    "the first %lld bytes count; look after that disk",
		    name, (long long)g->segment->counts);
	if (g->bad_lines > 0)
		finding_say(a, AUDIT_WRONG,
		    "someone or a broken disk changed it: put the file back "
		    "from your backup",
		    "journal/%s has %lld line%s that %s not count (another "
		    "form, or another sha256), the first at byte %lld",
		    name, (long long)g->bad_lines, g->bad_lines == 1 ? "" : "s",
		    g->bad_lines == 1 ? "does" : "do", (long long)g->first_bad);
	if (g->segment->counts == INT64_MAX && g->end < g->size)
		finding_say(a, AUDIT_NOTE, "",
		    "journal/%s ends in half a line, which was never "
		    "acknowledged; the day's next delivery moves it away",
		    name);
	/* One that a command has rewritten is shorter, and ends in a line. */
	if (g->size < g->segment->counts && g->segment->counts != INT64_MAX &&
	    g->end < g->size)
		finding_say(a, AUDIT_WRONG,
		    "put the file back from your backup",
		    "journal/%s has %lld bytes, and %lld should count", name,
		    (long long)g->size, (long long)g->segment->counts);
}

static int
read_segment(struct audit *a, const struct segment *s, struct fault *f)
{
	struct reading g = {.segment = s};
	struct appendfile_state now;
	char path[PATH_MAX];
	int rc = -1;

	segments_path(path, a->journal, s->day, s->number);
	if ((g.file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return -1;
	if (appendfile_look(g.file, &now, f) == 0) {
		g.size = now.size;
		rc = read_lines(a, &g, f);
	}
	appendfile_close(g.file);
	if (rc == 0 && !a->stopped)
		judge_segment(a, &g);
	return rc;
}

/* What was counted over all segments. */
static void
judge_all(const struct audit *a)
{
	char since[UTC_ISO_SIZE];

	utc_iso(a->retired, since);
	if (a->retired_records.n > 0)
		finding_say(a, AUDIT_FINE, "",
		    "%lld of %lld records, from %s to %s, came before an older "
		    "secret was retired (%.10s), and their signatures are of "
		    "that one",
		    (long long)a->retired_records.n, (long long)a->records,
		    a->retired_records.from, a->retired_records.to, since);
	if (a->unsigned_records.n > 0)
		finding_say(a, AUDIT_NOTE, "",
		    "%lld of %lld records, from %s to %s, are signed with "
		    "none of the secrets that are kept; that is so where the "
		    "file \"secret\" was changed by hand (else someone has "
		    "changed them)",
		    (long long)a->unsigned_records.n, (long long)a->records,
		    a->unsigned_records.from, a->unsigned_records.to);
	if (a->unknown > 0)
		finding_say(a, AUDIT_WRONG, TAKE_INDEX_AWAY,
		    "the index doesn't know %lld record%s of the journal",
		    (long long)a->unknown, a->unknown == 1 ? "" : "s");
	if (a->behind > 0)
		finding_say(a, AUDIT_NOTE, "",
		    "the index is behind the journal by %lld record%s; the "
		    "next delivery brings it up",
		    (long long)a->behind, a->behind == 1 ? "" : "s");
}

/* What is not as the record says of the segment that was written last? */
static void
judge_last(const struct audit *a, const struct control *c)
{
	struct name n = names_segment(c->day, c->segment);
	struct appendfile_state now;
	char path[PATH_MAX], name[NAMES_SIZE];

	names_write(&n, name);
	segments_path(path, a->journal, c->day, c->segment);
	if (appendfile_stat(path, &now) == -1 && errno == ENOENT)
		finding_say(a, AUDIT_WRONG, "put it back from your backup",
		    "journal/%s, which was written last, is gone", name);
	else if (appendfile_stat(path, &now) == 0 && now.size < c->size)
		finding_say(a, AUDIT_WRONG,
		    "someone or a broken disk cut it, or put an older one "
		    "back: put the whole file back from your backup",
		    "journal/%s has %lld bytes, and had %lld", name,
		    (long long)now.size, (long long)c->size);
	else if (now.inode != c->inode)
		finding_say(a, AUDIT_NOTE, "",
		    "journal/%s is another file than was written last, as "
		    "from a backup; the next delivery reads it anew",
		    name);
}

/* Hold the control record against the segment that it names. */
static void
check_control(const struct audit *a)
{
	struct appendfile_state now;
	struct fault ignored = {0};
	struct control c = a->control;
	char path[PATH_MAX];
	int tries;

	/* Who is at work may have replaced it just now. */
	for (tries = 0; tries < 2 && c.day[0] != '\0'; tries++) {
		segments_path(path, a->journal, c.day, c.segment);
		if (appendfile_stat(path, &now) == 0 && now.size >= c.size &&
		    now.inode == c.inode)
			return;
		if (tries == 1)
			judge_last(a, &c);
		else if (lock_is_held(a->lock, PATIENCE) ||
			 control_view(&c, a->lock, NULL, &ignored) != 1)
			return;
	}
}

int
audit_run(struct audit *a, struct fault *f)
{
	struct segments all = {0};
	size_t i;
	int rc = segments_list(a->journal, NULL, &all, f);

	for (i = 0; i < all.n && rc == 0 && !a->stopped; i++)
		rc = read_segment(a, &all.list[i], f);
	if (rc == 0 && !a->stopped) {
		check_control(a);
		judge_all(a);
	}
	if (rc == 0 && !a->stopped)
		rc = auditsheets_run(a, &all, f);
	segments_free(&all);
	return rc == -1 ? -1 : a->stopped;
}

void
audit_close(struct audit *a)
{
	index_close(a->index);
	a->index = NULL;
	signature_digest_free(&a->digest);
}
