/* store: journal, sheets and index as one transaction; see store.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/lock.h"
#include "config/secrets.h"
#include "index/known.h"
#include "index/sqlitefiles.h"
#include "journal/identity.h"
#include "sheet/part.h"
#include "sheet/sheet.h"
#include "store/recovery.h"
#include "store/store.h"

struct store {
	struct endpoint endpoint;
	struct lock *lock;
	struct books books;

	/* The segment that was last appended to, kept open. */
	struct appendfile *journal;
	char day[UTC_DAY_SIZE];
	int segment;

	struct appendfile *sheet; /* the part last appended to, kept open */
	struct bytes line;        /* the record in hand, and its rows */
	struct bytes rows;
	struct leads leads;
};

/* One put: what it found and where it stood, so that it can go back. */
struct put {
	const struct record *record; /* as it came */
	struct record kept;          /* as it is journalled */
	struct delivery *delivery;
	int duplicate;
	struct known known; /* is it, and where the record to sync stands */
	struct appendfile_state journal; /* before */
	struct index_sheet sheet;
};

struct store *
store_open(const struct endpoint *e, const struct settings *settings,
    const struct boot *boot, struct fault *f)
{
	struct store *s = calloc(1, sizeof(*s));
	char path[PATH_MAX];

	if (s == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	s->endpoint = *e;
	endpoint_path(e, path, "lock");
	projection_books(&s->books, e, settings, boot);
	if ((s->lock = lock_open(path, f)) == NULL) {
		store_close(s);
		return NULL;
	}
	return s;
}

const char *
store_name(const struct store *s)
{
	return s->endpoint.name;
}

const char *
store_note(const struct store *s)
{
	return s->books.note;
}

/* Directories, index, and whoever died in here before us. */
static int
make_ready(struct store *s, int unfinished, struct fault *f)
{
	s->books.unfinished = unfinished;
	if (appendfile_mkdir(s->books.journal, f) == -1 ||
	    appendfile_mkdir(s->books.sheets, f) == -1 ||
	    recovery_index(&s->books, f) == -1)
		return -1;
	return unfinished ? recovery_all(&s->books, f) : 0;
}

/* Have the day's last segment open, and index and sheets up to its end. */
static int
open_segment(struct store *s, struct put *p, const char *day, struct fault *f)
{
	int rc;

	if (s->journal == NULL || strcmp(s->day, day) != 0 ||
	    !appendfile_is_current(s->journal, &p->journal) ||
	    p->journal.retired) {
		appendfile_close(s->journal);
		s->journal =
		    journal_open(s->books.journal, day, &s->segment, f);
		if (s->journal == NULL ||
		    appendfile_look(s->journal, &p->journal, f) == -1)
			return -1;
		(void)snprintf(s->day, sizeof(s->day), "%s", day);
	}
	rc = recovery_segment(
	    &s->books, s->journal, &p->journal, day, s->segment, f);
	return rc == 1 ? appendfile_look(s->journal, &p->journal, f) : rc;
}

/* Write line and rows; what was written is taken back when one fails. */
static int
append(struct store *s, struct put *p, int *torn, struct fault *f)
{
	struct fault ignored = {0};

	if (appendfile_write(s->journal, &s->line, torn, f) == -1) {
		/* A torn line can't be built on: the day goes on elsewhere. */
		if (*torn)
			journal_retire(s->journal);
		return -1;
	}
	if (s->rows.len == 0 ||
	    appendfile_write(s->sheet, &s->rows, torn, f) == 0)
		return 0;
	/*
	 * With half a row left in the sheet the record stays: the retry is a
	 * duplicate then, and recovery completes the row.
	 */
	if (!*torn &&
	    appendfile_cut(s->journal, p->journal.size, &ignored) == -1)
		*torn = 1;
	return -1;
}

/* What the index is to know of it. */
static int
describe(struct store *s, struct put *p, struct recent_delivery *d,
    char copy[static IDENTITY_COPY_SIZE], struct fault *f)
{
	const char *boot = s->books.boot->id;
	struct recent_state *now = &d->now;
	struct appendfile_state sheet;

	memset(d, 0, sizeof(*d));
	if ((d->key = identity_of(&p->kept, &d->len)) == NULL)
		d->len = 0;
	if (d->key != NULL && p->known.again) {
		d->len = identity_of_copy(d->key, d->len, copy);
		d->key = copy;
	}
	(void)snprintf(d->id.day, sizeof(d->id.day), "%s", s->day);
	d->id.segment = s->segment;
	d->id.offset = p->journal.size;
	memcpy(d->id.sha256, p->kept.sha256, sizeof(d->id.sha256));
	memcpy(now->day, d->id.day, sizeof(now->day));
	now->number = s->segment;
	now->segment.inode = p->journal.inode;
	now->segment.size = p->journal.size + (int64_t)s->line.len;
	(void)snprintf(
	    now->segment.boot, sizeof(now->segment.boot), "%s", boot);
	if (s->rows.len == 0)
		return 0;
	if (appendfile_look(s->sheet, &sheet, f) == -1)
		return -1;
	(void)snprintf(
	    now->kind, sizeof(now->kind), "%s", sheet_kind(p->kept.kind));
	now->sheet = p->sheet;
	now->sheet.next_row += (int64_t)delivery_leads(p->delivery);
	now->sheet.segment = s->segment;
	now->sheet.offset = now->segment.size;
	now->sheet.inode = sheet.inode;
	now->sheet.size = sheet.size;
	now->sheet.mtime = sheet.mtime;
	(void)snprintf(now->sheet.boot, sizeof(now->sheet.boot), "%s", boot);
	return 0;
}

/*
 * The index is a cache: where it can't be written now, the next delivery
 * brings it up to the journal.
 */
static void
update_index(struct store *s, struct put *p)
{
	struct recent_delivery d;
	char copy[IDENTITY_COPY_SIZE];
	struct fault why = {0};

	if (describe(s, p, &d, copy, &why) == -1 ||
	    index_note(s->books.index, &d, &why) == -1)
		(void)snprintf(s->books.note, sizeof(s->books.note),
		    "the index will catch up: %.200s", why.text);
}

static int
makes_rows(const struct put *p)
{
	return sheet_kind(p->kept.kind) != NULL && !p->known.again &&
	       delivery_leads(p->delivery) > 0;
}

/* The record, and its rows where it makes any, as bytes. */
static int
encode(struct store *s, const struct put *p, int with_header, struct fault *f)
{
	bytes_reset(&s->line);
	bytes_reset(&s->rows);
	journal_encode(&s->line, &p->kept, delivery_is_json(p->delivery));
	if (!makes_rows(p))
		return bytes_check(&s->line, f);
	if (with_header)
		sheet_header(&s->rows, &s->books.settings->shape);
	return sheet_rows(
	    &s->rows, &s->books.settings->shape, &p->kept, &s->leads, f);
}

/*
 * Where record and rows go.  They are encoded already, unless the record turned
 * out to be another than it seemed, or the sheet has no header yet.
 */
static int
find_place(struct store *s, struct put *p, const char *day, struct fault *f)
{
	int changed = p->known.again || p->known.conflict;

	if (!makes_rows(p))
		return changed ? encode(s, p, 0, f) : 0;
	if (part_open(&s->books, day, sheet_kind(p->kept.kind), &p->sheet,
		&s->sheet, f) == -1)
		return -1;
	return changed || p->sheet.size == 0
	           ? encode(s, p, p->sheet.size == 0, f)
	           : 0;
}

/* All that is done under the lock; *torn: a file couldn't be cut back. */
static int
put_locked(
    struct store *s, struct put *p, int unfinished, int *torn, struct fault *f)
{
	char day[UTC_DAY_SIZE];

	utc_day(p->record->received, day);
	if (!utc_is_day(day))
		return fault_set(f, FAULT_SETUP, 0,
		    "the clock says a year past 9999; set it");
	if (make_ready(s, unfinished, f) == -1 ||
	    index_read(s->books.index, f) == -1 ||
	    open_segment(s, p, day, f) == -1 ||
	    (p->duplicate = known_look_up(s->books.index, s->books.journal,
		 &p->kept, &p->known, f)) == -1)
		return -1;
	if (p->duplicate)
		return part_ensure(
		    &s->books, p->known.place.day, sheet_kind(p->kept.kind), f);
	(void)snprintf(
	    p->known.place.day, sizeof(p->known.place.day), "%s", day);
	p->known.place.segment = s->segment;
	if (find_place(s, p, day, f) == -1 || append(s, p, torn, f) == -1)
		return -1;
	p->known.place.offset = p->journal.size;
	update_index(s, p);
	return 0;
}

/* Sync the segment that holds the record; outside the lock. */
static int
sync_record(struct store *s, const struct place *place, struct fault *f)
{
	struct appendfile *file;
	struct fault why = {0};
	char path[PATH_MAX];
	int rc;

	if (strcmp(place->day, s->day) == 0 && place->segment == s->segment)
		return journal_sync(s->journal, f);
	journal_path(path, s->books.journal, place->day, place->segment);
	if ((file = appendfile_open(path, APPENDFILE_READ, &why)) == NULL) {
		if (why.err == ENOENT)
			return 0; /* put away long ago */
		return fault_take(f, &why);
	}
	rc = journal_sync(file, f);
	appendfile_close(file);
	return rc;
}

/* Don't hold on to what one large delivery needed. */
static void
tidy(struct bytes *b)
{
	if (b->cap > 1 << 20)
		bytes_free(b);
}

/* One try; see store_put(). */
static int
try_put(struct store *s, struct put *p, struct fault *f)
{
	int torn = 0, rc, unfinished;

	s->books.note[0] = '\0';
	/* Before the lock: nobody waits for it. */
	if (encode(s, p, 0, f) == -1)
		return -1;
	unfinished = lock_take(s->lock, s->books.settings->lock_timeout, f);
	if (unfinished == -1)
		return -1;
	rc = put_locked(s, p, unfinished, &torn, f);
	if (s->books.index != NULL)
		index_end(s->books.index);
	if (rc == -1 && (torn || unfinished))
		lock_abandon(s->lock);
	else
		lock_release(s->lock);
	return rc == 0 ? sync_record(s, &p->known.place, f) : -1;
}

/* Put a damaged index away, so that the next try makes a new one. */
static int
drop_index(struct store *s, struct fault *f)
{
	int rc = lock_take(s->lock, s->books.settings->lock_timeout, f);

	if (rc == -1)
		return -1;
	index_close(s->books.index);
	s->books.index = NULL;
	rc = sqlitefiles_set_aside(s->books.index_path, f);
	lock_abandon(s->lock);
	return rc;
}

int
store_put(struct store *s, const struct record *r, struct delivery *d,
    enum store_result *result, struct fault *f)
{
	struct put p = {.record = r, .kept = *r, .delivery = d};
	struct fault why = {0};
	int rc;

	rc = try_put(s, &p, &why);
	if (rc == -1 && why.kind == FAULT_DAMAGED) {
		fault_clear(&why);
		p = (struct put){.record = r, .kept = *r, .delivery = d};
		rc = drop_index(s, &why) == -1 ? -1 : try_put(s, &p, &why);
	}
	if (rc == -1)
		(void)fault_take(f, &why);
	tidy(&s->line);
	tidy(&s->rows);
	leads_free(&s->leads);
	*result = p.known.conflict ? STORE_CONFLICT
	          : p.duplicate    ? STORE_DUPLICATE
	                           : STORE_STORED;
	return rc;
}

int
store_health(struct store *s, const char **why, struct fault *f)
{
	struct fault busy = {0};
	int rc, unfinished;

	*why = "no secret that can be used";
	if (secrets_check(&s->endpoint, f) == -1)
		return -1;
	*why = "no room, or no right to write";
	if (endpoint_check_room(&s->endpoint, f) == -1)
		return -1;
	/* Nobody is kept waiting, least of all deliveries. */
	if ((unfinished = lock_take(s->lock, 0, &busy)) == -1) {
		*why = "the lock can't be used";
		return busy.kind == FAULT_BUSY ? 0 : fault_take(f, &busy);
	}
	*why = "the index or the journal can't be used";
	rc = make_ready(s, unfinished, f);
	if (rc == -1 && unfinished)
		lock_abandon(s->lock);
	else
		lock_release(s->lock);
	return rc;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	index_close(s->books.index);
	appendfile_close(s->journal);
	appendfile_close(s->sheet);
	lock_close(s->lock);
	bytes_free(&s->line);
	bytes_free(&s->rows);
	leads_free(&s->leads);
	free(s);
}
