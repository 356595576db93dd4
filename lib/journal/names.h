/*
 * names: every file name below journal/, sheets/ and cursors/ is made and read
 * here.
 *
 * names_read(names_write(x)) is x, and any other name is refused: what we would
 * not make we do not take.  (The files that lie directly in an endpoint are
 * config/endpoint's.)
 */
#ifndef NAMES_H
#define NAMES_H

#include "base/utc.h"
#include "config/shape.h"

/* Any name with its NUL. */
#define NAMES_SIZE 64

/* A segment's number fits the index's 8 bits; the others end somewhere. */
#define NAMES_SEGMENT_MAX 255
#define NAMES_NUMBER_MAX  1000000

/* The two sheets of a day: of leads, and of test deliveries. */
enum sheet_kind { SHEET_LEADS, SHEET_TEST };
#define SHEET_KINDS 2

enum name_kind {
	NAME_SEGMENT, /* journal/2026-11-23.jsonl, 2026-11-23-2.jsonl */
	NAME_TORN,    /* journal/2026-11-23.torn-1: a torn tail put aside */
	NAME_SHEET,   /* sheets/leads-2026-11-23.csv, test-2026-11-23-2.tsv */
	NAME_REPLACED /* sheets/replaced/leads-2026-11-23.csv.1: quarantine */
};

struct name {
	enum name_kind kind;
	char day[UTC_DAY_SIZE];
	int number;               /* of segment, torn tail or part: 1 on */
	int is_new;               /* NAME.new: to take the place of NAME */
	enum sheet_kind sheet;    /* from here on of sheets only */
	enum sheet_format format; /* csv or tsv */
	int copy;                 /* REPLACED: how many times before, 1 on */
};

/*
 * Is it a day that may be in a name: from 1970 to 2148, as the index has 16
 * bits for it?
 */
int names_is_day(const char *) __attribute__((nonnull));

/* Write the name; the struct is a good one. */
void names_write(const struct name *, char out[static NAMES_SIZE])
    __attribute__((nonnull));

/* Read a file name: 1, or 0 when it is none of ours. */
int names_read(const char *, struct name *) __attribute__((nonnull));

/*
 * Of a reader, by the name that a person gives it: how far it has come, and the
 * lock of whoever moves it.
 */
enum name_cursor {
	NAME_CURSOR,      /* cursors/hubspot */
	NAME_CURSOR_LOCK, /* cursors/hubspot.lock */
	NAME_CURSOR_NEW, /* cursors/hubspot.new: to take the place of hubspot */
	NAME_ATTEMPTS,   /* cursors/relay-crm.attempts */
	NAME_ATTEMPTS_NEW /* cursors/relay-crm.attempts.new */
};

/* Is it a reader's name: [a-z0-9][a-z0-9-]{0,69}? */
int names_is_cursor(const char *) __attribute__((nonnull));

/* Write the name of such a file; read one: 1, or 0 when it is none of ours. */
#define NAMES_CURSOR_SIZE 88
void names_write_cursor(const char *reader, enum name_cursor,
    char out[static NAMES_CURSOR_SIZE]) __attribute__((nonnull));
int
names_read_cursor(const char *, enum name_cursor *) __attribute__((nonnull));

/* The word for a sheet, as its file names begin: leads, test. */
const char *names_sheet(enum sheet_kind);

/* The name of a segment, and of a part of a day's sheet. */
struct name names_segment(const char *day, int number) __attribute__((nonnull));
struct name names_part(enum sheet_kind, const char *day, int number,
    enum sheet_format) __attribute__((nonnull));

#endif
