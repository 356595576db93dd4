/* batch: deliveries on their way into a store; see batch.h. */
#include <stdlib.h>
#include <string.h>

#include "journal/identity.h"
#include "sheet/rowbuffer.h"
#include "store/batch.h"
#include "store/catchup.h"
#include "store/keys.h"
#include "store/known.h"

/* A delivery on its way. */
struct put {
	struct store_item *item;
	struct record kept; /* as it is journalled */
	enum sheet_kind kind;
	int has_rows;
	struct rowbuffer_rows rows;
	uint64_t hash;  /* of its identity */
	int is_kept;    /* nothing is known against it */
	int64_t offset; /* where its line begins in what is written */
};

struct batch {
	struct hold *hold; /* borrowed */
	struct put *puts;  /* owned */
	size_t n, room;

	struct rowbuffer rows[SHEET_KINDS]; /* as made before the lock */
	struct bytes lines;                 /* that are written */
};

struct batch *
batch_new(struct hold *h, struct fault *f)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (b == NULL)
		(void)fault_memory(f);
	else
		b->hold = h;
	return b;
}

/* What it is before anything is known against it. */
static void
begin(struct put *p)
{
	p->kept = *p->item->record;
	p->is_kept = 0;
	p->has_rows = record_makes_rows(&p->kept, &p->kind) &&
	              delivery_leads(p->item->delivery) > 0;
}

int
batch_encode(struct batch *b, struct store_item *items, size_t n)
{
	size_t i;

	for (i = 0; i < SHEET_KINDS; i++)
		bytes_reset(&b->rows[i].kept);
	if (n > b->room) {
		free(b->puts);
		b->puts = calloc(n, sizeof(*b->puts));
		b->room = b->puts == NULL ? 0 : n;
	}
	if (n > b->room)
		return -1;
	b->n = n;
	for (i = 0; i < n; i++) {
		struct put *p = &b->puts[i];

		*p = (struct put){.item = &items[i]};
		fault_clear(&items[i].fault);
		items[i].result = STORE_STORED;
		begin(p);
		if (p->has_rows && rowbuffer_add(&b->rows[p->kind], &p->rows,
				       &b->hold->settings->shape, &p->kept,
				       delivery_reader(p->item->delivery),
				       &items[i].fault) == -1)
			return -1;
	}
	return 0;
}

static void
fail(struct put *puts, size_t n, const struct fault *f)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (puts[i].item->fault.kind == FAULT_NONE)
			puts[i].item->fault = *f;
}

/* Is it one of those that are kept before it in the same batch? */
static int
is_repeated(const struct put *puts, struct put *p, int *conflict)
{
	const struct put *q;
	const char *key;
	size_t len;

	if ((key = identity_of(&p->kept, &len)) == NULL)
		return 0;
	for (q = puts; q < p; q++)
		if (q->is_kept && q->hash == p->hash &&
		    identity_is(&q->kept, key, len)) {
			*conflict = p->kept.kind == RECORD_LEADS &&
			            strcmp(q->kept.sha256, p->kept.sha256) != 0;
			return !*conflict;
		}
	return 0;
}

/* Is it kept already, or kept by this batch? */
static int
look_up(struct batch *b, const struct put *puts, struct put *p, struct fault *f)
{
	int conflict = 0, before = 0;
	int rc = known_look_up(b->hold, &p->kept, &conflict, &p->hash, f);

	if (rc == 0 && is_repeated(puts, p, &before))
		rc = 1;
	else if (rc == 0 && before) {
		/* The same id with another body, in one batch. */
		conflict = 1;
		p->kept.kind = RECORD_OTHER;
		rc = known_look_up(b->hold, &p->kept, &before, &p->hash, f);
		if (rc == 0)
			rc = is_repeated(puts, p, &before);
	}
	if (rc == 0 && !conflict && p->rows.refusal != NULL) {
		delivery_refuse_rows(p->item->delivery, p->rows.refusal);
		p->kept.kind = RECORD_UNREADABLE;
		rc = known_look_up(b->hold, &p->kept, &before, &p->hash, f);
		if (rc == 0)
			rc = is_repeated(puts, p, &before);
	}
	if (rc == -1)
		return -1;
	p->item->result = conflict ? STORE_CONFLICT
	                  : rc     ? STORE_DUPLICATE
	                           : STORE_STORED;
	p->is_kept = !rc;
	p->has_rows &= !conflict && p->rows.refusal == NULL;
	return 0;
}

/* All lines that are to be written, one behind the other. */
static int
encode_lines(struct batch *b, struct put *puts, size_t n, struct fault *f)
{
	size_t i;

	bytes_reset(&b->lines);
	for (i = 0; i < n; i++) {
		struct put *p = &puts[i];

		p->offset = (int64_t)b->lines.len;
		if (p->is_kept &&
		    record_encode(&b->lines, &p->kept,
			delivery_is_json(p->item->delivery), f) == -1)
			return -1;
	}
	return 0;
}

/*
 * The records, by one write, and the sync; from here on they count.  With
 * *alone a delivery that is tried alone may still find room.
 */
static int
write_records(struct batch *b, int *alone, struct fault *f)
{
	struct control *c = &b->hold->control;
	int torn;

	*alone = 0;
	/* A torn line is put aside by whoever comes next, before all else. */
	if (appendfile_write(b->hold->segment, &b->lines, &torn, f) == -1) {
		*alone = !torn;
		return -1;
	}
	if (hold_sync(b->hold, c->size, 0, f) == -1)
		return -1;
	c->size += (int64_t)b->lines.len;
	b->hold->saved = 0;
	return 0;
}

/* The sheets that those which are kept make rows of. */
static unsigned
sheets_of(const struct put *puts, size_t n)
{
	unsigned sheets = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (puts[i].is_kept && puts[i].has_rows)
			sheets |= CATCHUP_SHEET(puts[i].kind);
	return sheets;
}

static int
append_rows(struct batch *b, const struct put *puts, size_t n,
    enum sheet_kind kind, int64_t *size, struct fault *f)
{
	struct rowbuffer_writer w = {
	    .buffer = &b->rows[kind], .file = b->hold->files[kind]};
	size_t i;

	for (i = 0; i < n; i++) {
		const struct put *p = &puts[i];

		if (p->is_kept && p->has_rows && p->kind == kind &&
		    rowbuffer_write(&w, &p->rows, &b->hold->settings->shape,
			&p->kept, delivery_reader(p->item->delivery), f) == -1)
			return -1;
	}
	if (rowbuffer_flush(&w, f) == -1)
		return -1;
	*size += w.written;
	return 0;
}

/* The rows of one sheet.  They never cost a delivery. */
static void
write_rows(
    struct batch *b, const struct put *puts, size_t n, enum sheet_kind kind)
{
	struct hold *h = b->hold;
	struct part *part = &h->control.sheets[kind];
	int64_t expected = part->size;
	struct fault why = {0};

	if ((sheets_of(puts, n) & CATCHUP_SHEET(kind)) == 0)
		return;
	if (h->settings->waits) {
		/* Of a day without a part, too: there is one to be made. */
		if (part->state != PART_NAMED)
			part->state = PART_BEHIND;
		return;
	}
	if (part->state == PART_MADE &&
	    append_rows(b, puts, n, kind, &expected, &why) == 0 &&
	    part_look(part, h->files[kind], &why) == 0 &&
	    part->size == expected)
		return;
	if (part->state == PART_MADE)
		part->state = PART_BEHIND;
	if (why.kind != FAULT_NONE)
		hold_note(h, "the sheet will catch up: %.200s", why.text);
}

/* The keys.  An index that can't be written is caught up later. */
static void
add_keys(struct batch *b, const struct put *puts, size_t n, int64_t base)
{
	size_t i, len;

	for (i = 0; i < n && b->hold->indexed; i++)
		if (puts[i].is_kept && identity_of(&puts[i].kept, &len) != NULL)
			keys_add(b->hold, puts[i].hash, base + puts[i].offset);
	keys_checkpoint(b->hold);
}

/*
 * Which of them are to be kept, and the day made ready for those.  A duplicate
 * begins no day and no sheet.
 */
static int
sort_out(struct batch *b, struct put *puts, size_t n, const char *day,
    struct fault *f)
{
	int kept = 0, ready;
	size_t i;

	for (i = 0; i < n; i++)
		puts[i].is_kept = 1;
	ready = catchup_is_ready(b->hold, day, sheets_of(puts, n), f);
	if (ready == -1 || (!ready && catchup_run(b->hold, f) == -1))
		return -1;
	for (i = 0; i < n; i++) {
		if (look_up(b, puts, &puts[i], f) == -1)
			return -1;
		kept |= puts[i].is_kept;
	}
	return !ready && kept ? catchup_day(b->hold, day, sheets_of(puts, n), f)
	                      : 0;
}

static int
put_day(
    struct batch *b, struct put *puts, size_t n, int *alone, struct fault *f)
{
	char day[UTC_DAY_SIZE];
	int64_t base;

	*alone = 0;
	utc_day(puts[0].kept.received, day);
	if (!names_is_day(day))
		return fault_set(f, FAULT_SETUP, 0,
		    "the clock says a year before 1970 or past 2148; set it");
	b->hold->now = puts[0].kept.received;
	if (sort_out(b, puts, n, day, f) == -1 ||
	    encode_lines(b, puts, n, f) == -1)
		return -1;
	base = b->hold->control.size;
	if (b->lines.len > 0) {
		if (write_records(b, alone, f) == -1)
			return -1;
		write_rows(b, puts, n, SHEET_LEADS);
		write_rows(b, puts, n, SHEET_TEST);
		add_keys(b, puts, n, base);
	}
	return 0;
}

/* Those of one day; where not all find room each is tried alone. */
static void
put_run(struct batch *b, struct put *puts, size_t n)
{
	struct fault why = {0};
	int alone;
	size_t i;

	if (put_day(b, puts, n, &alone, &why) == 0)
		return;
	if (!alone || n == 1) {
		fail(puts, n, &why);
		return;
	}
	for (i = 0; i < n; i++) {
		fault_clear(&why);
		begin(&puts[i]);
		if (put_day(b, &puts[i], 1, &alone, &why) == -1)
			fail(&puts[i], 1, &why);
	}
}

/* How many from the first on were received on its day. */
static size_t
count_day(const struct put *puts, size_t n)
{
	char day[UTC_DAY_SIZE], its[UTC_DAY_SIZE];
	size_t i;

	utc_day(puts[0].kept.received, day);
	for (i = 1; i < n; i++) {
		utc_day(puts[i].kept.received, its);
		if (strcmp(its, day) != 0)
			break;
	}
	return i;
}

void
batch_put(struct batch *b)
{
	size_t i, some;

	for (i = 0; i < b->n; i += some) {
		some = count_day(b->puts + i, b->n - i);
		put_run(b, b->puts + i, some);
	}
}

void
batch_tidy(struct batch *b, size_t most)
{
	int kind;

	if (b->lines.cap > most)
		bytes_free(&b->lines);
	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (b->rows[kind].kept.cap + b->rows[kind].piece.cap > most)
			rowbuffer_free(&b->rows[kind]);
}

void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	batch_tidy(b, 0);
	free(b->puts);
	free(b);
}
