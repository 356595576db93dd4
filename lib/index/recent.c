/* recent: the deliveries that the index was told of last; see recent.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "index/recent.h"

#define VERSION_OF_FILE 1

/* A record: this, what it is of, and zeros up to eight bytes. */
struct frame {
	uint64_t check; /* of the rest, and of the check before it */
	uint32_t len;   /* of all of it */
	uint32_t key_len;
};

/* What the first record is of. */
struct head {
	int64_t version;
	struct recent_state base;
};

/* What each of the others is of; its key follows. */
struct entry {
	int64_t offset; /* of its line in the segment */
	int64_t size;   /* of the segment after it */
	int64_t next_row, sheet_offset, sheet_size, sheet_mtime;
	char sha256[64];
};

#define ENTRIES_MAX                                                            \
	(RECENT_ROOM / (sizeof(struct frame) + sizeof(struct entry)))

struct recent {
	char *path;
	int look_only;
	struct appendfile *file; /* NULL where there is none */

	char *data; /* what the file has; owned */
	char *next; /* what it has now; owned */
	size_t len;
	size_t end;     /* of the last record that counts */
	uint64_t check; /* of that record */

	struct recent_state base; /* where there is a record */
	struct recent_state now;
	uint32_t entries[ENTRIES_MAX]; /* where they begin */
	size_t n;
	struct bytes out;
};

/* FNV-1a, 64 bits: against what a crash left, not against anyone. */
static uint64_t
add_check(uint64_t check, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		check = (check ^ (unsigned char)p[i]) * 0x100000001b3;
	return check;
}

#define CHECK_START 0xcbf29ce484222325

struct recent *
recent_new(const char *path, int look_only, struct fault *f)
{
	struct recent *r = calloc(1, sizeof(*r));
	size_t size = strlen(path) + sizeof("-recent");

	if (r != NULL && (r->path = malloc(size)) != NULL &&
	    (r->data = malloc(RECENT_ROOM)) != NULL &&
	    (r->next = malloc(RECENT_ROOM)) != NULL) {
		(void)snprintf(r->path, size, "%s-recent", path);
		r->look_only = look_only;
		return r;
	}
	recent_close(r);
	(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
	return NULL;
}

/* The next record, when it is whole: 1 with its frame. */
static int
next_frame(const struct recent *r, struct frame *frame)
{
	const char *at = r->data + r->end;
	uint64_t check = r->n == 0 && r->end == 0 ? CHECK_START : r->check;

	if (r->len - r->end < sizeof(*frame))
		return 0;
	memcpy(frame, at, sizeof(*frame));
	return frame->len >= sizeof(*frame) && frame->len <= r->len - r->end &&
	       add_check(check, at + sizeof(frame->check),
		   frame->len - sizeof(frame->check)) == frame->check;
}

static int
read_head(struct recent *r, const struct frame *frame)
{
	struct head head;

	if (frame->len != sizeof(*frame) + sizeof(head))
		return 0;
	memcpy(&head, r->data + sizeof(*frame), sizeof(head));
	if (head.version != VERSION_OF_FILE)
		return 0;
	r->base = r->now = head.base;
	return 1;
}

/* The records behind those that are known. */
static void
read_on(struct recent *r)
{
	struct frame frame;
	struct entry e;

	while (next_frame(r, &frame)) {
		if (r->end == 0) {
			if (!read_head(r, &frame))
				return;
		} else {
			if (r->n == ENTRIES_MAX ||
			    frame.len < sizeof(frame) + sizeof(e) ||
			    frame.key_len >
				frame.len - sizeof(frame) - sizeof(e))
				return;
			memcpy(&e, r->data + r->end + sizeof(frame), sizeof(e));
			r->now.segment.size = e.size;
			r->now.sheet.next_row = e.next_row;
			r->now.sheet.offset = e.sheet_offset;
			r->now.sheet.size = e.sheet_size;
			r->now.sheet.mtime = e.sheet_mtime;
			r->entries[r->n++] = (uint32_t)r->end;
		}
		r->end += frame.len;
		r->check = frame.check;
	}
}

static void
forget(struct recent *r)
{
	r->len = r->end = r->n = 0;
}

/* Have the file under that name open, where there is one. */
static int
open_file(struct recent *r)
{
	struct appendfile_state now;
	struct fault ignored = {0};

	if (r->file != NULL && appendfile_is_current(r->file, &now))
		return 0;
	appendfile_close(r->file);
	r->file = appendfile_open(r->path,
	    r->look_only ? APPENDFILE_VIEW : APPENDFILE_APPEND, &ignored);
	return r->file == NULL ? -1 : 0;
}

void
recent_load(struct recent *r)
{
	struct fault ignored = {0};
	ssize_t n;
	char *was;

	if (open_file(r) == -1 || (n = appendfile_read(r->file, r->next,
				       RECENT_ROOM, 0, &ignored)) == -1) {
		forget(r);
		return;
	}
	if ((size_t)n < r->end || memcmp(r->data, r->next, r->end) != 0)
		forget(r);
	was = r->data;
	r->data = r->next;
	r->next = was;
	r->len = (size_t)n;
	read_on(r);
}

const struct recent_state *
recent_base(const struct recent *r)
{
	return r->n > 0 ? &r->base : NULL;
}

const struct recent_state *
recent_now(const struct recent *r)
{
	return r->n > 0 ? &r->now : NULL;
}

size_t
recent_count(const struct recent *r)
{
	return r->n;
}

const char *
recent_get(const struct recent *r, size_t i, size_t *len, struct index_id *id)
{
	const char *at = r->data + r->entries[i];
	struct frame frame;
	struct entry e;

	memcpy(&frame, at, sizeof(frame));
	memcpy(&e, at + sizeof(frame), sizeof(e));
	memset(id, 0, sizeof(*id));
	memcpy(id->day, r->base.day, sizeof(id->day));
	id->segment = r->base.number;
	id->offset = e.offset;
	memcpy(id->sha256, e.sha256, sizeof(e.sha256));
	*len = frame.key_len;
	return at + sizeof(frame) + sizeof(e);
}

int
recent_find(
    const struct recent *r, const char *key, size_t len, struct index_id *id)
{
	const char *its;
	size_t i, its_len;

	/* The last one counts. */
	for (i = r->n; i-- > 0;) {
		its = recent_get(r, i, &its_len, id);
		if (its_len == len && memcmp(its, key, len) == 0)
			return 1;
	}
	return 0;
}

/* Does only that move which an entry tells of? */
static int
goes_on(const struct recent_state *from, const struct recent_delivery *d)
{
	const struct recent_state *to = &d->now;
	const struct index_sheet *a = &from->sheet, *b = &to->sheet;

	return strcmp(from->day, to->day) == 0 && from->number == to->number &&
	       from->segment.size == d->id.offset &&
	       from->segment.inode == to->segment.inode &&
	       strcmp(from->segment.boot, to->segment.boot) == 0 &&
	       (to->kind[0] == '\0' ||
		   (strcmp(from->kind, to->kind) == 0 && a->part == b->part &&
		       a->first_row == b->first_row &&
		       a->segment == b->segment && a->inode == b->inode &&
		       strcmp(a->boot, b->boot) == 0 &&
		       strcmp(a->shape, b->shape) == 0));
}

/* Append a record to what is to be written, and to what is there. */
static int
put_record(
    struct recent *r, const void *p, size_t n, const char *key, size_t key_len)
{
	static const char zeros[8];
	struct frame frame = {.key_len = (uint32_t)key_len};
	size_t pad = -(n + key_len) % 8, at = r->out.len;

	frame.len = (uint32_t)(sizeof(frame) + n + key_len + pad);
	if (frame.len > RECENT_ROOM - r->end)
		return -1;
	bytes_add(&r->out, &frame, sizeof(frame));
	bytes_add(&r->out, p, n);
	bytes_add(&r->out, key, key_len);
	bytes_add(&r->out, zeros, pad);
	if (r->out.failed)
		return -1;
	frame.check = add_check(r->end == 0 ? CHECK_START : r->check,
	    r->out.data + at + sizeof(frame.check),
	    frame.len - sizeof(frame.check));
	memcpy(r->out.data + at, &frame, sizeof(frame));
	memcpy(r->data + r->end, r->out.data + at, frame.len);
	r->len = r->end + frame.len;
	read_on(r);
	return 0;
}

static int
put_entry(struct recent *r, const struct recent_delivery *d)
{
	const struct index_sheet *s =
	    d->now.kind[0] == '\0' ? &r->now.sheet : &d->now.sheet;
	struct entry e = {.offset = d->id.offset,
	    .size = d->now.segment.size,
	    .next_row = s->next_row,
	    .sheet_offset = s->offset,
	    .sheet_size = s->size,
	    .sheet_mtime = s->mtime};

	memcpy(e.sha256, d->id.sha256, sizeof(e.sha256));
	return put_record(r, &e, sizeof(e), d->key, d->len);
}

/* What stands in out; what can't be written isn't there. */
static int
write_out(struct recent *r)
{
	struct fault ignored = {0};
	int torn;

	return appendfile_write(r->file, &r->out, &torn, &ignored) == 0;
}

int
recent_add(struct recent *r, const struct recent_delivery *d)
{
	const struct recent_state now = r->now;
	const uint64_t check = r->check;
	const size_t end = r->end;

	bytes_reset(&r->out);
	/* Behind something that doesn't count nothing would be found. */
	if (r->look_only || r->n == 0 || r->len != r->end ||
	    !goes_on(&r->now, d) || put_entry(r, d) == -1)
		return 0;
	if (write_out(r))
		return 1;
	/* The others are still there, for the index to take over. */
	r->len = r->end = end;
	r->n--;
	r->check = check;
	r->now = now;
	return 0;
}

int
recent_drop(struct recent *r, struct fault *f)
{
	if (r->len > 0 && appendfile_cut(r->file, 0, f) == -1)
		return -1;
	forget(r);
	return 0;
}

int
recent_begin(struct recent *r, const struct recent_state *base,
    const struct recent_delivery *d)
{
	struct fault ignored = {0};
	struct head head;

	if (r->look_only || !goes_on(base, d))
		return 0;
	if (open_file(r) == -1) {
		r->file = appendfile_open(r->path, APPENDFILE_CREATE, &ignored);
		if (r->file == NULL) {
			forget(r);
			return 0;
		}
	}
	bytes_reset(&r->out);
	memset(&head, 0, sizeof(head));
	head.version = VERSION_OF_FILE;
	head.base = *base;
	if (recent_drop(r, &ignored) == -1 ||
	    put_record(r, &head, sizeof(head), "", 0) == -1 ||
	    put_entry(r, d) == -1 || !write_out(r)) {
		forget(r);
		return 0;
	}
	return 1;
}

void
recent_close(struct recent *r)
{
	if (r == NULL)
		return;
	appendfile_close(r->file);
	free(r->path);
	free(r->data);
	free(r->next);
	bytes_free(&r->out);
	free(r);
}
