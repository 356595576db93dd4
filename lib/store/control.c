/* control: the control record; see control.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/appendfile.h"
#include "store/control.h"

/* What a record begins with; its last byte is the version. */
static const char magic[8] = {
    'l', 's', 'c', 'o', 'n', 't', 'r', '0' + CONTROL_VERSION};

/* One walk over the fields, to put them into the block or take them out. */
struct packing {
	unsigned char *at;
	int reading;
};

static void
text(struct packing *p, char *s, size_t n)
{
	if (p->reading) {
		memcpy(s, p->at, n);
		s[n - 1] = '\0';
	} else {
		memset(p->at, 0, n);
		memcpy(p->at, s, strnlen(s, n - 1));
	}
	p->at += n;
}

/* Little-endian, 8 bytes. */
static uint64_t
number(struct packing *p, uint64_t value)
{
	int i;

	if (p->reading)
		value = 0;
	for (i = 0; i < 8; i++)
		if (p->reading)
			value |= (uint64_t)p->at[i] << 8 * i;
		else
			p->at[i] = (unsigned char)(value >> 8 * i);
	p->at += 8;
	return value;
}

static void
field(struct packing *p, int64_t *v)
{
	*v = (int64_t)number(p, (uint64_t)*v);
}

static void
small(struct packing *p, int *v)
{
	*v = (int)number(p, (uint64_t)*v);
}

static void
pack_part(struct packing *p, struct part *s)
{
	int state = (int)s->state, format = (int)s->format;

	small(p, &state);
	small(p, &s->number);
	small(p, &format);
	s->state = (enum part_state)state;
	s->format = (enum sheet_format)format;
	s->shape = number(p, s->shape);
	field(p, &s->inode);
	field(p, &s->size);
	field(p, &s->mtime);
	field(p, &s->ctime);
}

static void
pack(struct packing *p, struct control *c)
{
	int i;

	text(p, c->boot, sizeof(c->boot));
	text(p, c->day, sizeof(c->day));
	text(p, c->owed, sizeof(c->owed));
	small(p, &c->segment);
	field(p, &c->inode);
	field(p, &c->size);
	small(p, &c->failed);
	small(p, &c->copied);
	for (i = 0; i < SHEET_KINDS; i++)
		pack_part(p, &c->sheets[i]);
	field(p, &c->index);
	field(p, &c->index_ctime);
	small(p, &c->index_behind);
}

/*
 * As FNV-1a, but eight bytes at a time, which is enough against what a disk
 * leaves and a tenth of the time.  Over all but the checksum itself, which ends
 * the block.
 */
static uint64_t
checksum(const unsigned char block[CONTROL_SIZE])
{
	uint64_t hash = UINT64_C(14695981039346656037), word;
	size_t i;

	for (i = 0; i < CONTROL_SIZE - 8; i += 8) {
		memcpy(&word, block + i, 8);
		hash = (hash ^ word) * UINT64_C(1099511628211);
	}
	return hash;
}

_Static_assert(
    sizeof(magic) + 40 + 2 * UTC_DAY_SIZE + 8 * (5 + SHEET_KINDS * 8 + 3 + 1) <=
	CONTROL_SIZE,
    "it is written by one call");

void
control_pack(const struct control *c, unsigned char out[CONTROL_SIZE])
{
	struct control copy = *c;
	struct packing p = {out + sizeof(magic), 0};

	memset(out, 0, CONTROL_SIZE);
	memcpy(out, magic, sizeof(magic));
	pack(&p, &copy);
	p.at = out + CONTROL_SIZE - 8;
	(void)number(&p, checksum(out));
}

/* Bytes that hold are ours; only what a later version might mean is refused. */
static int
is_sane(const struct control *c)
{
	int i;

	for (i = 0; i < SHEET_KINDS; i++)
		if (c->sheets[i].state > PART_BEHIND ||
		    c->sheets[i].format > SHEET_TSV)
			return 0;
	if (c->owed[0] != '\0' && !utc_is_day(c->owed))
		return 0;
	return c->day[0] == '\0' || (utc_is_day(c->day) && c->segment >= 1 &&
					c->segment <= NAMES_SEGMENT_MAX);
}

int
control_unpack(struct control *c, const unsigned char in[CONTROL_SIZE])
{
	unsigned char block[CONTROL_SIZE];
	struct packing p = {block + CONTROL_SIZE - 8, 1};

	memset(c, 0, sizeof(*c));
	memcpy(block, in, sizeof(block));
	if (memcmp(block, magic, sizeof(magic)) != 0 ||
	    number(&p, 0) != checksum(block))
		return 0;
	p.at = block + sizeof(magic);
	pack(&p, c);
	if (is_sane(c))
		return 1;
	memset(c, 0, sizeof(*c));
	return 0;
}

int
control_view(
    struct control *c, const char *path, int64_t *written, struct fault *f)
{
	unsigned char block[CONTROL_SIZE];
	struct fault why = {0};
	struct appendfile *file = appendfile_open(path, APPENDFILE_VIEW, &why);
	struct appendfile_state now = {0};
	ssize_t n = -1;

	memset(c, 0, sizeof(*c));
	if (file == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	if (appendfile_look(file, &now, f) == 0)
		n = appendfile_read(file, block, sizeof(block), 0, f);
	if (written != NULL)
		*written = now.mtime;
	appendfile_close(file);
	if (n == -1)
		return -1;
	return n == (ssize_t)sizeof(block) && control_unpack(c, block);
}

static void
print_part(struct bytes *b, const struct control *c, enum sheet_kind kind)
{
	static const char *const states[] = {
	    [PART_UNKNOWN] = "not known",
	    [PART_NONE] = "none yet",
	    [PART_NAMED] = "named, perhaps not made",
	    [PART_MADE] = "whole",
	    [PART_BEHIND] = "lacks rows that couldn't be written",
	};
	const struct part *p = &c->sheets[kind];
	struct name name = names_part(kind, c->day, p->number, p->format);
	char text[NAMES_SIZE];

	names_write(&name, text);
	if (p->state < PART_NAMED)
		bytes_printf(b, "sheet of %s: %s\n", names_sheet(kind),
		    states[p->state]);
	else
		bytes_printf(b,
		    "sheet of %s: %s, %s, %" PRId64 " bytes, inode %" PRId64
		    "\n",
		    names_sheet(kind), text, states[p->state], p->size,
		    p->inode);
}

void
control_print(struct bytes *b, const struct control *c)
{
	bytes_printf(b, "version: %d\nboot: %s\n", CONTROL_VERSION, c->boot);
	if (c->day[0] == '\0') {
		bytes_adds(b, "segment: none is written\n");
		return;
	}
	bytes_printf(b,
	    "segment: %s, number %d, %" PRId64 " bytes, inode %" PRId64 "%s\n",
	    c->day, c->segment, c->size, c->inode,
	    c->failed ? "; a sync of it failed, the next one is to be made"
		      : "");
	print_part(b, c, SHEET_LEADS);
	print_part(b, c, SHEET_TEST);
	if (c->index == 0 || c->index_behind)
		bytes_adds(b, "index: is to be caught up\n");
	else
		bytes_printf(b, "index: inode %" PRId64 "\n", c->index);
	if (c->owed[0] != '\0')
		bytes_printf(
		    b, "sheets not brought up yet: from %s on\n", c->owed);
}
